package dev.sluice.examples.recipes;

import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import java.time.Duration;

/**
 * WebSocket to a server, below one path only. A connection without traffic for an hour is closed. This needs the direct
 * transport, which is the default.
 */
public final class WebSocketRoute {
    private WebSocketRoute() {}

    /** Starts a proxy at {@code port}, 0 for any, to the server at {@code origin}. */
    public static ProxyServer start(int port, String origin) {
        return ProxyServer.builder()
                .port(port)
                .addRoute(Route.path("/chat/**")
                        .allowUpgrade("websocket")
                        .timeouts(Timeouts.builder().tunnel(Duration.ofHours(1)).build())
                        .to(origin))
                .addRoute("/**", origin)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9000");
    }
}
