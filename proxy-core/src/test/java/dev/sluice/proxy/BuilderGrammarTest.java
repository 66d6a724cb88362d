package dev.sluice.proxy;

import java.util.Map;
import java.util.Set;

final class BuilderGrammarTest extends BuilderGrammarContract {
    private static final String RUNS = "it runs, or holds connections: a copy would look like the same one";
    private static final String ASSEMBLED = "it is assembled from upstreams, handlers and hooks where it is used";

    BuilderGrammarTest() {
        super(
                Exchange.class,
                Map.of(
                        "Exchange", RUNS,
                        "ProxyServer", RUNS,
                        "Pipeline", RUNS,
                        "Connector", RUNS,
                        "DirectTransport", RUNS,
                        "JdkTransport", RUNS,
                        "ReverseProxy", ASSEMBLED,
                        "ForwardProxy", ASSEMBLED,
                        "Route", ASSEMBLED),
                // A rewrite changes a request that has begun, and reads its fields.
                Set.of(
                        "ProxyRequest.Builder.body()",
                        "ProxyRequest.Builder.headers()",
                        "ProxyRequest.Builder.target()"));
    }
}
