package dev.sluice.examples.recipes;

import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import java.time.Duration;

/**
 * Lets WebSocket through to a server, below one path, and closes what has been silent for an hour. No transport is
 * named: as the JDK's carries no tunnels, the direct one is taken.
 */
public final class WebSocketRoute {
    private WebSocketRoute() {}

    /** Starts the proxy; port 0 is any free one. */
    public static ProxyServer start(int port, String origin) {
        ReverseProxy proxy = ReverseProxy.to(origin);
        return ProxyServer.builder()
                .port(port)
                .route(Route.path("/chat/**")
                        .allowUpgrade("websocket")
                        .timeouts(Timeouts.DEFAULT.withTunnel(Duration.ofHours(1)))
                        .to(proxy))
                .route("/**", proxy)
                .build()
                .start();
    }
}
