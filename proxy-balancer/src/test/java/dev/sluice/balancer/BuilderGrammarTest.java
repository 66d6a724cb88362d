package dev.sluice.balancer;

import dev.sluice.proxy.BuilderGrammarContract;
import java.util.Map;
import java.util.Set;

final class BuilderGrammarTest extends BuilderGrammarContract {
    private static final String RUNS = "it runs: a copy would look like the same one";
    private static final String REMEMBERS = "it has what it remembers, such as a table, a breaker or upstreams";

    BuilderGrammarTest() {
        super(
                UpstreamPool.class,
                Map.of(
                        "UpstreamPool", RUNS,
                        "StatusPage", RUNS,
                        "DiscoveryFeed", RUNS,
                        "TrafficSplit", RUNS,
                        "Simulation",
                                "it is run once, and what differs in the next one is a parameter of a user's method",
                        "Affinity", REMEMBERS,
                        "CircuitBreakerFilter", REMEMBERS,
                        "DnsDiscovery", REMEMBERS,
                        "ResolverDiscovery", REMEMBERS),
                // Which of the subsets, and how large they are: neither means anything without the other.
                Set.of("UpstreamPool.Builder.subset(…)"));
    }
}
