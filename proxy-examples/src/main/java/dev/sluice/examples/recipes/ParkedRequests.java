package dev.sluice.examples.recipes;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.proxy.server.ProxyServer;
import java.time.Duration;

/**
 * The only server restarts, and its clients see a pause instead of an error: their requests wait in the proxy for up to
 * 30 s, and continue when the server is back.
 *
 * <p>A request that was already sent when the server stopped is repeated only if its method is idempotent. The clients'
 * own timeouts must be long enough.
 */
public final class ParkedRequests {
    private ParkedRequests() {}

    /** A pool of one server whose requests wait while it is away. */
    static UpstreamPool pool(String server) {
        return UpstreamPool.builder()
                .addMember(server)
                .parking(Parking.upTo(Duration.ofSeconds(30)))
                .build();
    }

    /** Starts a proxy at {@code port}, 0 for any, in front of {@code server}. */
    public static ProxyServer start(int port, String server) {
        return start(port, pool(server));
    }

    static ProxyServer start(int port, UpstreamPool pool) {
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", pool)
                .addCloseable(pool)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9000");
    }
}
