package dev.sluice.proxy;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

final class BuilderGrammarTest extends BuilderGrammarContract {
    private static final String RUNS = "it runs, or holds connections: a copy would look like the same one";
    private static final String ASSEMBLED = "it is assembled from upstreams, handlers and hooks where it is used";

    BuilderGrammarTest() {
        super(
                Exchange.class,
                Map.ofEntries(
                        entry("Exchange", RUNS),
                        entry("ProxyServer", RUNS),
                        entry("Pipeline", RUNS),
                        entry("Connector", RUNS),
                        entry("DirectTransport", RUNS),
                        entry("JdkTransport", RUNS),
                        entry("ReverseProxy", ASSEMBLED),
                        entry("ForwardProxy", ASSEMBLED),
                        entry("Route", ASSEMBLED),
                        entry("TlsFiles", RUNS),
                        entry("Maintenance", RUNS),
                        entry("Readiness", RUNS),
                        entry("Mirror", RUNS),
                        entry("AccessLog", "it has what was set later: how much of a route it keeps"),
                        entry("Cache", RUNS),
                        entry("FakeGateway", RUNS),
                        entry("ServerTls", ASSEMBLED),
                        entry("ForwardAuth", ASSEMBLED)),
                // A rewrite changes a request that has begun, and reads its fields.
                Set.of(
                        "ProxyRequest.Builder.body()",
                        "ProxyRequest.Builder.headers()",
                        "ProxyRequest.Builder.target()"));
    }
}
