package dev.sluice.proxy.transport;

import dev.sluice.proxy.time.TimeSource;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How a listener is to be opened.
 *
 * @param address where to listen; port 0 for any free one
 * @param tls for TLS, or null for plain connections
 * @param tlsParameters protocols, cipher suites and client authentication, or null for the context's own
 * @param executor runs the exchanges, or null for the transport's own
 * @param time the clock that timeouts are measured with
 */
public record ListenerSettings(
        InetSocketAddress address,
        @Nullable SSLContext tls,
        @Nullable SSLParameters tlsParameters,
        @Nullable Executor executor,
        TimeSource time) {}
