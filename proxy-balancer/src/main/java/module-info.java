/**
 * The load balancer: pools of upstreams with strategies, health and safe retries. {@link
 * dev.sluice.balancer.UpstreamPool} is the entry point.
 */
module dev.sluice.balancer {
    requires transitive dev.sluice.proxy;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.sluice.balancer;
    exports dev.sluice.balancer.health;
    exports dev.sluice.balancer.strategy;
}
