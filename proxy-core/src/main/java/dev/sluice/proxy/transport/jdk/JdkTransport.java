package dev.sluice.proxy.transport.jdk;

import com.sun.net.httpserver.HttpHandler;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.origin.ToOrigin;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The transport on the JDK's own classes: listeners on {@code com.sun.net.httpserver}, upstreams on {@code
 * java.net.http.HttpClient}. All upstreams of one transport share one client, which begins with the first request; those
 * with their own TLS settings have another one. Safe for use by many threads.
 *
 * <p>Before the first use it sets some system properties of the JVM that are unset, and logs each; {@code
 * -Dsluice.jvmProperties=off} prevents it.
 *
 * <p>An upstream of this transport cannot carry tunnels, interim responses and trailers, and reads no response before
 * the whole request is sent. It refuses with NOT_SUPPORTED, before anything is sent: CONNECT and upgrades, {@code
 * OPTIONS *}, a target with a character that {@link URI} does not allow, a field value beyond ASCII, {@code Proxy-*}
 * fields, and another {@code Host} if {@link #hostHeaderAllowed()} is false. It makes changes that do not change the
 * meaning: a lone {@code ?} at the end of a target is left out, several {@code Cookie} lines become one, field lines
 * are ordered by name, and names in responses are in lower case. Without a {@code User-Agent} an empty one is sent, as
 * the client would add its own. If the connection of a GET or HEAD without a body closes before the response begins,
 * the client itself repeats it.
 */
public final class JdkTransport implements Transport, AutoCloseable {
    /** The option for the start of the JVM if {@link #hostHeaderAllowed()} is false. */
    public static final String HOST_HEADER_OPTION = "-Djdk.httpclient.allowRestrictedHeaders=host";

    private final JdkClients clients;

    private JdkTransport(Builder setup) {
        this.clients = new JdkClients(setup);
    }

    /** The transport with the defaults. It is one for the whole JVM, and closing it does nothing. */
    public static JdkTransport shared() {
        return Shared.INSTANCE;
    }

    /** A builder for your own transport: HTTP/1.1, a connect timeout of 5 s, the JVM's own TLS context. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Serves within an existing server of the JDK, as one of its contexts:
     *
     * <pre>{@code
     * HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
     * server.createContext("/api", JdkTransport.httpHandler(pipeline));
     * server.setExecutor(executor);
     * server.start();
     * }</pre>
     *
     * <p>The request's target is the whole one: the context's path is not removed. Each request is checked, and bodies are
     * timed, as in our own listener. Two things are left to the server: the time that a request's head may take, and the
     * executor, which needs a thread for each exchange. The JVM's clock measures idle clients. The handler is safe for use by many threads, and as a context of many servers.
     */
    public static HttpHandler httpHandler(Service service) {
        return httpHandler(service, TimeSource.system());
    }

    /**
     * Serves within an existing server, as {@link #httpHandler(Service)} does.
     *
     * @param time the clock for idle clients
     */
    public static HttpHandler httpHandler(Service service, TimeSource time) {
        return JdkHttpHandler.of(service, time);
    }

    /**
     * Serves within an existing server, as {@link #httpHandler(Service)} does, with a single handler: with default limits and
     * timeouts; its exceptions become error pages. Only exchanges that fail are logged.
     */
    public static HttpHandler httpHandler(ProxyHandler handler) {
        return JdkHttpHandler.of(handler);
    }

    /**
     * Returns whether this JVM lets a request have a {@code Host} other than the address that it is sent to. This is
     * decided at the first use of the client in the JVM; if it is refused, start the JVM with {@link
     * #HOST_HEADER_OPTION}.
     */
    public static boolean hostHeaderAllowed() {
        return JvmProperties.hostHeaderAllowed();
    }

    /** {@code jdk}. */
    @Override
    public String name() {
        return "jdk";
    }

    @Override
    public Set<Capability> listenerCapabilities() {
        return JdkExchange.CAPABILITIES;
    }

    /** {@link Capability#HOST} if {@link #hostHeaderAllowed()} is true, and nothing else. */
    @Override
    public Set<Capability> upstreamCapabilities() {
        return hostHeaderAllowed() ? Set.of(Capability.HOST) : Set.of();
    }

    @Override
    public Listener listen(Listener.Settings settings, Service service) throws IOException {
        JvmProperties.apply();
        return JdkListener.open(settings, service);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException also if the host's name has a character that {@link URI} does not allow in one,
     *     such as an underscore, or the scheme is {@code https} and the host ends with a dot
     */
    @Override
    public Upstream upstream(String id, URI uri) {
        return new JdkUpstream(id, JdkUpstreamOrigin.of(uri), clients, null, upstreamCapabilities());
    }

    /**
     * {@inheritDoc} The upstreams with the same settings share one client.
     *
     * @throws IllegalArgumentException also as {@link #upstream(String, URI)} and {@link Builder#tls} do, and for {@link
     *     dev.sluice.proxy.tls.TlsFiles}, as a client cannot be given another certificate
     */
    @Override
    public Upstream upstream(String id, URI uri, @Nullable OriginTls tls) {
        if (tls == null) {
            return upstream(id, uri);
        }
        Origin origin = JdkUpstreamOrigin.of(uri);
        if (!origin.scheme().equals("https")) {
            throw new IllegalArgumentException("upstream has TLS settings, but its URI is not https://…: " + origin);
        }
        if (!(tls instanceof TlsSettings settings)) {
            throw new IllegalArgumentException("tls of upstream \"" + id + "\": the JDK's client cannot be given other"
                    + " files while it runs; use TlsSettings, or the direct transport");
        }
        return new JdkUpstream(id, origin, clients, settings, upstreamCapabilities());
    }

    /**
     * Cuts the connections to all upstreams, on a JDK that can (21 and later); on an older one idle connections end by
     * their own timeout. Requests after it fail with SHUT_DOWN. Listeners stay open. Has no effect the second time, and
     * on {@link #shared()}.
     */
    @Override
    public void close() {
        if (this != Shared.INSTANCE) {
            clients.close();
        }
    }

    private static final class Shared {
        private static final JdkTransport INSTANCE = builder().build();

        private Shared() {}
    }

    /** Collects the options of the client side. For one thread. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(5);
        private @Nullable TlsSettings tls;
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private @Nullable Executor executor;

        private Builder() {}

        /** One that nobody changes any more. */
        Builder copy() {
            Builder copy = new Builder();
            copy.connectTimeout = connectTimeout;
            copy.tls = tls;
            copy.version = version;
            copy.executor = executor;
            return copy;
        }

        /**
         * How long a connection to an upstream may take to open; 5 s by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = Require.positive("connectTimeout", timeout);
            return this;
        }

        /**
         * How to do TLS with {@code https} upstreams; the JVM's default context by default. The JDK's client always
         * checks that the certificate is for the upstream's name, and chooses the application protocol by {@link
         * #version}.
         *
         * @throws IllegalArgumentException if the settings ask for another check of the name, have the server's name or
         *     application protocols, or want a client's certificate
         */
        public Builder tls(TlsSettings settings) {
            ToOrigin.require(settings);
            if (settings.serverName().isPresent() || settings.serverNameFromHost()) {
                throw new IllegalArgumentException("tls: the JDK's client takes the server's name from the URL,"
                        + " serverName cannot be "
                        + settings.serverName().orElse("from the Host") + "; use the direct transport");
            }
            SSLParameters parameters = settings.parameters();
            if (parameters != null) {
                String algorithm = parameters.getEndpointIdentificationAlgorithm();
                if (algorithm != null && !algorithm.equals("HTTPS")) {
                    throw new IllegalArgumentException("tls: the JDK's client checks names as HTTPS does,"
                            + " endpointIdentificationAlgorithm cannot be \"" + algorithm + "\"");
                }
                if (parameters.getApplicationProtocols().length > 0) {
                    throw new IllegalArgumentException("tls: the JDK's client chooses the protocol by its version,"
                            + " applicationProtocols cannot be "
                            + List.of(parameters.getApplicationProtocols()));
                }
            }
            this.tls = settings;
            return this;
        }

        /**
         * The version for {@code https} upstreams that agree to it; HTTP/1.1 by default. For {@code http} upstreams it
         * is always HTTP/1.1, as the client would otherwise offer an upgrade to h2c.
         *
         * @throws IllegalArgumentException if it is neither HTTP/1.1 nor HTTP/2
         */
        public Builder version(HttpVersion version) {
            if (version == HttpVersion.HTTP_1_0) {
                throw new IllegalArgumentException("version must be HTTP/1.1 or HTTP/2: " + version);
            }
            this.version = version;
            return this;
        }

        /**
         * Runs the client's own steps. Only one of them blocks: the look-up of the upstream's name. By default it is
         * the client's own pool of daemon threads. Do not use virtual threads: a look-up blocks inside the operating
         * system, and would hold a carrier thread.
         */
        public Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /** The transport. */
        public JdkTransport build() {
            return new JdkTransport(this);
        }

        Duration connectTimeout() {
            return connectTimeout;
        }

        @Nullable
        TlsSettings tls() {
            return tls;
        }

        HttpVersion version() {
            return version;
        }

        @Nullable
        Executor executor() {
            return executor;
        }
    }
}
