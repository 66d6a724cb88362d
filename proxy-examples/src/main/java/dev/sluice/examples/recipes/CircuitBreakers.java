package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.breaker.CircuitBreakerFilter;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;

/**
 * A service that fails gets no requests for a while: after five failures in a row its requests are answered with 503 at
 * once. After 5 s one request tries whether the service has recovered.
 *
 * <p>A breaker around a route counts each answer of 500 and above, even if the request was the cause. A pool has a
 * breaker for each server. A pool also takes failing servers out without breakers, but never the last one. With
 * breakers, requests are answered with 503 at once when no server is left.
 */
public final class CircuitBreakers {
    private CircuitBreakers() {}

    /**
     * Starts a proxy at {@code port}, 0 for any: one breaker for the route to {@code orders}, and one for each of two
     * servers of a shop.
     */
    public static ProxyServer start(int port, String orders, String shop, String otherShop) {
        return start(port, BreakerPolicy.DEFAULT, orders, shop, otherShop);
    }

    static ProxyServer start(int port, BreakerPolicy policy, String orders, String shop, String otherShop) {
        UpstreamPool shops = UpstreamPool.builder()
                .addMember(shop)
                .addMember(otherShop)
                .breaker(policy)
                .build();
        return ProxyServer.builder()
                .port(port)
                .addRoute(Route.path("/orders/**")
                        .addFilter(CircuitBreakerFilter.of("orders", policy))
                        .to(orders))
                .addRoute("/**", shops)
                .addCloseable(shops)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of servers at ports 9001 to 9003, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9001", "http://127.0.0.1:9002", "http://127.0.0.1:9003");
    }
}
