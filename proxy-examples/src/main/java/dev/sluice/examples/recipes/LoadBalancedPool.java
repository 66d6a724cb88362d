package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.server.ProxyServer;

/** A load balancer: its servers are probed, and each request goes to a healthy one. */
public final class LoadBalancedPool {
    private LoadBalancedPool() {}

    /**
     * Starts a proxy at {@code port}, 0 for any, in front of two servers. They answer {@code /health} while they are
     * healthy.
     */
    public static ProxyServer start(int port, String one, String other) {
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(one)
                .addMember(other)
                .health(HealthCheck.http("/health").build())
                .build();
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", pool)
                .addCloseable(pool)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of servers at ports 9001 and 9002, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9001", "http://127.0.0.1:9002");
    }
}
