package dev.sluice.proxy.testing;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;

/** Makes exchanges and requests without a server, for tests of a single part. */
public final class TestExchange {
    static final String HOST = "test.example";

    private TestExchange() {}

    /**
     * Begins an exchange on the system's clock: from a loopback address, without capabilities and without a deadline.
     * A handler can be called with it, and an upstream as well.
     */
    public static Exchange begin() {
        return begin(TimeSource.system());
    }

    /** Begins the same on another clock. */
    public static Exchange begin(TimeSource time) {
        return Exchange.builder(time).begin("test", Duration.ofNanos(TimeSource.NEVER));
    }

    /**
     * A request in its own exchange, without fields and without body, for host {@code test.example}.
     *
     * @param path the path, perhaps with a query
     * @throws IllegalArgumentException if method or path are not allowed
     */
    public static ProxyRequest request(String method, String path) {
        return request(begin(), method, path);
    }

    /** The same in a given exchange. */
    public static ProxyRequest request(Exchange exchange, String method, String path) {
        return ProxyRequest.builder(exchange, method, RequestTarget.of("http", Authority.parse(HOST), path))
                .build();
    }
}
