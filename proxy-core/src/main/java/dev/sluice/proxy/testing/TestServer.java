package dev.sluice.proxy.testing;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.server.ProxyServer;
import java.time.Duration;

/**
 * Starts servers for tests, which end at once when they are closed: they neither drain nor wait for a lame duck, so a
 * client or an upstream that hangs does not hold up the test. A server that your program has built does the same by
 * {@code server.close(Duration.ZERO)}.
 *
 * <pre>{@code
 * try (ProxyServer server = TestServer.start(ReverseProxy.to("http://127.0.0.1:9000"))) {
 *     URI proxy = server.uri();
 * }
 * }</pre>
 */
public final class TestServer {
    private TestServer() {}

    /** Starts a server at a free loopback port, whose one route leads all requests to {@code handler}. */
    public static ProxyServer start(ProxyHandler handler) {
        return start(ProxyServer.builder().addRoute("/**", handler));
    }

    /**
     * Starts the server of this builder, with its times for closing set to zero; it does not keep the process alive.
     * Throws as {@link ProxyServer.Builder#build} and {@link ProxyServer#start} do.
     */
    public static ProxyServer start(ProxyServer.Builder setup) {
        return setup.lameDuck(Duration.ZERO)
                .drain(Duration.ZERO)
                .tunnelDrain(Duration.ZERO)
                .daemon(true)
                .build()
                .start();
    }
}
