package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.VirtualThreads;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one {@link HttpClient} of a transport, made for the first request. It follows no redirects, keeps no cookies,
 * asks for no passwords and goes through no proxy, whatever the JVM's defaults are. Safe for use by many threads.
 */
final class JdkClient {
    private static final Logger LOG = LoggerFactory.getLogger(JdkTransport.class);

    private final Duration connectTimeout;
    private final @Nullable SSLContext sslContext;
    private final @Nullable SSLParameters sslParameters;
    private final @Nullable Executor executor;
    private final HttpVersion version;
    private final JdkUpstreamFields fields = new JdkUpstreamFields();
    private @Nullable HttpClient client;
    private boolean closed;

    JdkClient(JdkTransport.Builder setup) {
        this.connectTimeout = setup.connectTimeout();
        this.sslContext = setup.sslContext();
        this.sslParameters = setup.sslParameters();
        this.executor = setup.executor();
        this.version = setup.version();
    }

    /** What is spoken over TLS, when the upstream agrees. */
    HttpVersion version() {
        return version;
    }

    /** Where the fields of responses are seen. */
    JdkUpstreamFields fields() {
        return fields;
    }

    /**
     * The client, made when it is first asked for.
     *
     * @throws ProxyException if it is closed: SHUT_DOWN
     */
    synchronized HttpClient get() throws ProxyException {
        if (closed) {
            throw new ProxyException(Outcome.SHUT_DOWN, Delivery.NOT_SENT, "the transport is closed");
        }
        HttpClient made = client;
        if (made == null) {
            made = make();
            client = made;
        }
        return made;
    }

    /** Cuts all connections where the JDK can do that. Of no effect the second time. */
    synchronized void close() {
        HttpClient made = client;
        closed = true;
        client = null;
        if (made != null && Runtime.version().feature() >= 21) {
            shutdownNow(made);
        }
    }

    private HttpClient make() {
        JvmProperties.apply();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .cookieHandler(fields)
                .proxy(HttpClient.Builder.NO_PROXY)
                .version(HttpClient.Version.HTTP_1_1);
        if (sslContext != null) {
            builder.sslContext(sslContext);
        }
        if (sslParameters != null) {
            builder.sslParameters(sslParameters);
        }
        Executor steps = executor != null ? executor : VirtualThreads.free().orElse(null);
        if (steps != null) {
            builder.executor(steps);
        }
        return builder.build();
    }

    private static void shutdownNow(HttpClient client) {
        try {
            MethodHandles.publicLookup()
                    .findVirtual(HttpClient.class, "shutdownNow", MethodType.methodType(void.class))
                    .invoke(client);
        } catch (Throwable failure) {
            LOG.warn("closing the HTTP client failed", failure);
        }
    }
}
