package dev.sluice.examples.recipes;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tells a load balancer in front whether to send requests here: 200 while the server is ready, 503 from the moment that
 * it is told to close. For 15 s more it serves everything as ever, so that a balancer which asks every 5 s has noticed
 * before connections are refused.
 */
public final class ReadinessRoute {
    private ReadinessRoute() {}

    /** Starts the proxy with a lame-duck time of 15 s; port 0 is any free one. */
    public static ProxyServer start(int port, String origin) {
        return start(port, origin, Duration.ofSeconds(15));
    }

    static ProxyServer start(int port, String origin, Duration lameDuck) {
        AtomicReference<ProxyServer> self = new AtomicReference<>();
        ProxyHandler readiness = request -> {
            ProxyServer server = self.get();
            return server != null && server.ready()
                    ? ProxyResponse.of(200, "ready")
                    : ProxyResponse.of(503, "not ready");
        };
        ProxyServer server = ProxyServer.builder()
                .port(port)
                .route(Route.path("/ready").methods("GET", "HEAD").to(readiness))
                .route("/**", ReverseProxy.to(origin))
                .lameDuck(lameDuck)
                .closeOnExit(true)
                .build();
        self.set(server);
        return server.start();
    }

    /** Runs it at port 8080 before a server at port 9000, until the process is told to end. */
    public static void main(String[] args) {
        System.out.println(
                "listening at " + start(8080, "http://127.0.0.1:9000").address());
    }
}
