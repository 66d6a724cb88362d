/**
 * The load balancer: pools of upstreams with strategies, health and safe retries. {@link
 * dev.sluice.balancer.UpstreamPool} is the entry point.
 */
module dev.sluice.balancer {
    requires transitive dev.sluice.proxy;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.sluice.balancer;
    exports dev.sluice.balancer.affinity;
    exports dev.sluice.balancer.breaker;
    exports dev.sluice.balancer.discovery;
    exports dev.sluice.balancer.drain;
    exports dev.sluice.balancer.health;
    exports dev.sluice.balancer.limit;
    exports dev.sluice.balancer.retry;
    exports dev.sluice.balancer.simulation;
    exports dev.sluice.balancer.split;
    exports dev.sluice.balancer.status;
    exports dev.sluice.balancer.strategy;
    exports dev.sluice.balancer.tier;
}
