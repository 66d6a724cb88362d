package dev.sluice.examples.recipes;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.RouteMatch;
import dev.sluice.proxy.server.ProxyServer;

/** A gateway: requests are routed by path, method and header, and changed on their way. */
public final class RoutesAndRewrites {
    private RoutesAndRewrites() {}

    /** Starts a gateway at {@code port}, 0 for any, to two services. */
    public static ProxyServer start(int port, String users, String shop) {
        return ProxyServer.builder()
                .port(port)
                // GET /api/users/7 is sent on as GET /v2/users/7.
                .addRoute(Route.path("/api/users/**")
                        .stripPrefix("/api")
                        .addPrefix("/v2")
                        .to(users))
                // Only these methods; every other request below /shop gets 404.
                .addRoute(Route.path("/shop/{item}").methods("GET", "HEAD").to(toShop(shop)))
                // This route is added last, but its lower order makes it the first to be tried.
                .addRoute(Route.any()
                        .order(-1)
                        .whenHeader("X-Maintenance")
                        .to(request -> ProxyResponse.of(503, "back soon")))
                .addListener(AccessLog.combined())
                .build()
                .start();
    }

    /** The path variable becomes a query parameter. A field is set in the request and in the response. */
    private static ReverseProxy toShop(String url) {
        return ReverseProxy.builder(url)
                .rewrite((incoming, outgoing) -> {
                    RouteMatch match = RouteMatch.of(incoming.exchange());
                    String item = match == null ? "" : match.variable("item");
                    outgoing.target(outgoing.target().withPath("/items").withQuery("id=" + item));
                    outgoing.header("X-Gateway", "recipes");
                })
                .onResponse((incoming, response) ->
                        response.toBuilder().header("Cache-Control", "no-store").build())
                .build();
    }

    /** Listens at port 8080 in front of services at ports 9001 and 9002, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9001", "http://127.0.0.1:9002");
    }
}
