package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.tls.TlsSettings;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link HttpClient} of a transport, made for the first request and released with the last upstream that uses it, so
 * that its threads, and through them the class loader of this library, do not outlive the upstreams. With any defaults of
 * the JVM it follows no redirects, keeps no cookies, asks for no passwords and uses no proxy. Safe for use by many threads.
 */
final class JdkClient {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.transport.jdk.JdkTransport");

    private final JdkTransport.Builder setup;
    private final JdkUpstreamFields fields = new JdkUpstreamFields();
    private @Nullable HttpClient client;
    private @Nullable ThreadPoolExecutor ownThreads;
    private int users;
    private boolean closed;

    private final Consumer<JdkClient> unused;

    JdkClient(JdkTransport.Builder setup) {
        this(setup, client -> {});
    }

    /** @param unused is told when its last user has left, without locks */
    JdkClient(JdkTransport.Builder setup, Consumer<JdkClient> unused) {
        this.setup = setup.copy();
        this.unused = unused;
    }

    /** The version over TLS, if the upstream agrees. */
    HttpVersion version() {
        return setup.version();
    }

    /** Where the fields of responses are seen. */
    JdkUpstreamFields fields() {
        return fields;
    }

    /** Counts an upstream or an exchange that uses it. */
    synchronized void use() {
        users++;
    }

    /** Uncounts a user; the client ends with the last one. */
    void leave() {
        if (left()) {
            unused.accept(this);
        }
    }

    private synchronized boolean left() {
        users--;
        if (users == 0) {
            drop();
        }
        return users == 0;
    }

    /** Returns whether it has a user. */
    synchronized boolean used() {
        return users > 0;
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

    /** Cuts all connections where the JDK can do that. Has no effect the second time. */
    synchronized void close() {
        closed = true;
        drop();
    }

    /** Ends the client if the JDK can, from 21 on. An older client ends when it is garbage collected. */
    private void drop() {
        HttpClient made = client;
        client = null;
        if (made != null && Runtime.version().feature() >= 21) {
            shutdownNow(made);
        }
        if (ownThreads != null) {
            // Idle threads end now, the others after their task.
            ownThreads.setKeepAliveTime(0, TimeUnit.SECONDS);
            ownThreads = null;
        }
    }

    private HttpClient make() {
        JvmProperties.apply();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(setup.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .cookieHandler(fields)
                .proxy(HttpClient.Builder.NO_PROXY)
                .version(HttpClient.Version.HTTP_1_1)
                .executor(executor());
        TlsSettings tls = setup.tls();
        if (tls != null) {
            builder.sslContext(tls.context());
            Optional.ofNullable(tls.parameters()).ifPresent(builder::sslParameters);
        }
        // The client's selector thread would keep the caller's context class loader.
        Thread caller = Thread.currentThread();
        ClassLoader loader = caller.getContextClassLoader();
        caller.setContextClassLoader(null);
        try {
            return builder.build();
        } finally {
            caller.setContextClassLoader(loader);
        }
    }

    private Executor executor() {
        Executor given = setup.executor();
        if (given != null) {
            return given;
        }
        ownThreads = JdkClientPool.open();
        return ownThreads;
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
