package dev.sluice.examples.recipes;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.server.Readiness;
import java.time.Duration;

/**
 * A page that tells a load balancer in front whether to send requests here: 200 while the server is ready, 503 as soon
 * as it begins to close. The server answers all requests for another 15 s. So a balancer that checks every 5 s notices
 * the change before connections are refused.
 */
public final class ReadinessRoute {
    private ReadinessRoute() {}

    /** Starts a proxy at {@code port}, 0 for any, that serves for 15 s more when it is closed. */
    public static ProxyServer start(int port, String origin) {
        return start(port, origin, Duration.ofSeconds(15));
    }

    static ProxyServer start(int port, String origin, Duration lameDuck) {
        Readiness readiness = Readiness.builder().build();
        return ProxyServer.builder()
                .port(port)
                .addRoute("/ready", readiness)
                .addRoute("/**", origin)
                .readiness(readiness)
                .lameDuck(lameDuck)
                .closeOnExit(true)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process is told to end. */
    public static void main(String[] args) {
        System.out.println(
                "listening at " + start(8080, "http://127.0.0.1:9000").uri());
    }
}
