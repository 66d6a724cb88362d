package dev.sluice.proxy.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * How one side does TLS. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * TlsSettings server = TlsSettings.pem(Path.of("shop.pem"), Path.of("shop-key.pem"));
 * TlsSettings toOrigin = TlsSettings.builder().trust(TlsTrust.pem(Path.of("own-ca.pem"))).build();
 * }</pre>
 *
 * <p>What is not set otherwise is as follows. The versions are TLS 1.3 and 1.2. The cipher suites are those with forward
 * secrecy and authenticated encryption (the "intermediate" list of Mozilla's Server Side TLS, without DHE). A server
 * prefers its own order. A client checks that the certificate is for the name that it connects to.
 */
public final class TlsSettings implements OriginTls {
    private final SSLContext context;
    private final @Nullable SSLParameters parameters;
    private final Builder setup;

    private TlsSettings(SSLContext context, @Nullable SSLParameters parameters, Builder setup) {
        TlsParameters.require(context, parameters);
        this.context = context;
        this.parameters = parameters;
        this.setup = setup;
    }

    /**
     * A server's settings with a certificate from PEM files, as {@link TlsCertificate#pem(Path, Path)} reads them.
     *
     * @throws IllegalArgumentException as that does
     */
    public static TlsSettings pem(Path chain, Path key) {
        return builder().addCertificate(TlsCertificate.pem(chain, key)).build();
    }

    /**
     * A server's settings with a certificate from PEM files, as {@link TlsCertificate#pem(Path, Path, char[])} reads them.
     *
     * @throws IllegalArgumentException as that does
     */
    public static TlsSettings pem(Path chain, Path key, char[] password) {
        return builder()
                .addCertificate(TlsCertificate.pem(chain, key, password))
                .build();
    }

    /**
     * A context of your own, with its own defaults.
     *
     * @throws IllegalArgumentException if it was not initialized
     */
    public static TlsSettings of(SSLContext context) {
        return new TlsSettings(Objects.requireNonNull(context, "context"), null, new Builder());
    }

    /**
     * A context of your own, with settings beyond its defaults, such as protocols, cipher suites, application protocols
     * and, for a server, {@code needClientAuth}. They are copied. For a client, an endpoint identification algorithm of
     * null means {@code HTTPS}, and an empty one that the certificate's name is not checked.
     *
     * @throws IllegalArgumentException if the context was not initialized, or the parameters name a protocol or a cipher
     *     suite that it does not have
     */
    public static TlsSettings of(SSLContext context, SSLParameters parameters) {
        Objects.requireNonNull(context, "context");
        return new TlsSettings(context, TlsParameters.copy(parameters), new Builder());
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder with the same options.
     *
     * @throws IllegalStateException if these settings have a context of your own: its keys cannot be read
     */
    public Builder toBuilder() {
        if (!setup.built) {
            throw new IllegalStateException("settings with a context of your own have no options to copy");
        }
        Builder builder = new Builder(setup);
        // What it makes may demand something else than the files say.
        builder.files = null;
        return builder;
    }

    /** These settings. */
    @Override
    public TlsSettings settings() {
        return this;
    }

    /** Keys and trust. */
    public SSLContext context() {
        return context;
    }

    /** A copy of the settings beyond the context's defaults, or null for none. */
    public @Nullable SSLParameters parameters() {
        SSLParameters own = parameters;
        return own == null ? null : TlsParameters.copy(own);
    }

    /** The name of the server that a client connects to; empty for the host of its URL. */
    public Optional<String> serverName() {
        return Optional.ofNullable(setup.serverName);
    }

    /** Whether a client connects to the server that a request's {@code Host} names. */
    public boolean serverNameFromHost() {
        return setup.serverNameFromHost;
    }

    /** When the first of the certificates expires; empty without certificates, or with a context of your own. */
    public Optional<Instant> expiresAt() {
        return setup.certificates.stream().map(TlsCertificate::expiresAt).min(Instant::compareTo);
    }

    /** Whether a server with these settings wants a certificate of its clients. */
    public ClientCertificate clientCertificate() {
        SSLParameters own = parameters;
        if (own == null) {
            return ClientCertificate.NONE;
        }
        return own.getNeedClientAuth()
                ? ClientCertificate.REQUIRED
                : own.getWantClientAuth() ? ClientCertificate.WANTED : ClientCertificate.NONE;
    }

    /** The certificates by which this side shows who it is; none with a context of your own. */
    List<TlsCertificate> certificates() {
        return setup.certificates;
    }

    /** What a server needs, and what only a client can use; a context of your own is not looked into. */
    void requireForServer() {
        if (!setup.built) {
            return;
        }
        if (setup.certificates.isEmpty()) {
            throw new IllegalArgumentException("tls of a server needs a certificate, see addCertificate: " + this);
        }
        forClientsOnly("serverName", setup.serverName != null);
        forClientsOnly("serverNameFromHost", setup.serverNameFromHost);
        forClientsOnly("checkName", !setup.checkName);
        if (setup.clientCertificate == ClientCertificate.NONE && !setup.trust.equals(TlsTrust.SYSTEM)) {
            throw new IllegalArgumentException(
                    "tls of a server cannot have trust without clientCertificate, as it would"
                            + " ask no client for a certificate: " + this);
        }
    }

    private void forClientsOnly(String option, boolean set) {
        if (set) {
            throw new IllegalArgumentException(
                    "tls of a server cannot have " + option + ", which is for settings to an origin: " + this);
        }
    }

    /** Returns whether a handshake with the other ones would have made the same demands. */
    public boolean sameAs(TlsSettings other) {
        boolean sameKeys =
                context.equals(other.context) || (setup.files != null && setup.files.equals(other.setup.files));
        return sameKeys && TlsParameters.same(parameters, other.parameters);
    }

    /** Gives the parameters to a socket; has no effect if there are none. */
    public void apply(SSLSocket socket) {
        SSLParameters own = parameters;
        if (own != null) {
            socket.setSSLParameters(own);
        }
    }

    /** The certificates and whom they trust; never a key. */
    @Override
    public String toString() {
        return "TlsSettings[" + (setup.built ? setup.certificates + ", trust " + setup.trust : context) + ']';
    }

    /** Whether a server wants a certificate of its clients. */
    public enum ClientCertificate {
        /** It does not ask for one. */
        NONE,
        /** It asks for one, and serves a client that has none. */
        WANTED,
        /** It refuses a client that has none, in the handshake. */
        REQUIRED
    }

    /** Collects options. For one thread. */
    public static final class Builder {
        private boolean built;
        /** What reads them again from files: all that it has made counts as the same. */
        private @Nullable Object files;

        private List<TlsCertificate> certificates = List.of();
        private TlsTrust trust = TlsTrust.SYSTEM;
        private ClientCertificate clientCertificate = ClientCertificate.NONE;
        private List<String> protocols = ModernTls.PROTOCOLS;
        private List<String> cipherSuites = ModernTls.CIPHER_SUITES;
        private List<String> applicationProtocols = List.of();
        private boolean checkName = true;
        private @Nullable String serverName;
        private boolean serverNameFromHost;

        private Builder() {}

        private Builder(Builder other) {
            built = other.built;
            files = other.files;
            certificates = other.certificates;
            trust = other.trust;
            clientCertificate = other.clientCertificate;
            protocols = other.protocols;
            cipherSuites = other.cipherSuites;
            applicationProtocols = other.applicationProtocols;
            checkName = other.checkName;
            serverName = other.serverName;
            serverNameFromHost = other.serverNameFromHost;
        }

        /**
         * Adds a certificate by which this side shows who it is. A server may have one of RSA beside one of EC: each client
         * gets the one that it can use.
         */
        public Builder addCertificate(TlsCertificate certificate) {
            List<TlsCertificate> all = new ArrayList<>(certificates);
            all.add(Objects.requireNonNull(certificate, "certificate"));
            this.certificates = List.copyOf(all);
            return this;
        }

        /** Sets whose certificates this side accepts of the other; those of the JVM by default. */
        public Builder trust(TlsTrust trust) {
            this.trust = Objects.requireNonNull(trust, "trust");
            return this;
        }

        /** Sets whether a server wants a certificate of its clients; NONE by default. */
        public Builder clientCertificate(ClientCertificate wanted) {
            this.clientCertificate = Objects.requireNonNull(wanted, "clientCertificate");
            return this;
        }

        /** Sets the versions, such as {@code TLSv1.3}; TLS 1.3 and 1.2 by default. */
        public Builder protocols(String... versions) {
            this.protocols = ModernTls.some("protocols", versions);
            return this;
        }

        /** Sets the cipher suites by their standard names; see {@link TlsSettings} for the default. */
        public Builder cipherSuites(String... names) {
            this.cipherSuites = ModernTls.some("cipherSuites", names);
            return this;
        }

        /**
         * Sets the application protocols to offer or agree to (RFC 7301), the preferred one first; none by default. Without
         * any, the direct transport names those that it speaks there: {@code h2} and {@code http/1.1} to clients, and to
         * origins of HTTP/2. With {@code h2} to an origin that is not one of HTTP/2 each request fails.
         */
        public Builder applicationProtocols(String... names) {
            this.applicationProtocols = List.of(names);
            return this;
        }

        /**
         * Whether a client checks that the certificate is for the name that it connects to (RFC 9525); true by default.
         * Without it, anybody with a certificate of a trusted authority can pose as the server.
         */
        public Builder checkName(boolean on) {
            this.checkName = on;
            return this;
        }

        /**
         * Sets the name of the server, if it is not the host of its URL, which may be an address: a client asks for this
         * name in the handshake (RFC 6066 §3), and the certificate must be for it.
         *
         * @throws IllegalArgumentException if it is not the name of a host
         */
        public Builder serverName(String name) {
            this.serverName = ServerName.requireName("serverName", name);
            return this;
        }

        /**
         * Whether the {@code Host} of a request is the server's name, if it is not the host of the URL, such as one that a
         * reverse proxy {@linkplain dev.sluice.proxy.reverse.ReverseProxy.Builder#preserveHost preserves}; false by
         * default. A connection serves only requests for its name. All other requests, such as probes, use {@link
         * #serverName} or the host of the URL.
         *
         * <p>A client can choose a name for which the server has no certificate. So a handshake that fails for such a
         * name is answered with 421 (RFC 9110 §15.5.20), and does not count against the server.
         */
        public Builder serverNameFromHost(boolean on) {
            this.serverNameFromHost = on;
            return this;
        }

        /** A copy, for certificates that come from files. */
        Builder withoutCertificates() {
            if (!certificates.isEmpty()) {
                throw new IllegalArgumentException(
                        "options must have no certificates, they come from files: " + certificates);
            }
            return new Builder(this);
        }

        /** A copy with certificates that were read from files. */
        Builder with(List<TlsCertificate> read, Object from) {
            Builder copy = new Builder(this);
            copy.certificates = List.copyOf(read);
            copy.files = from;
            return copy;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException if a protocol or a cipher suite is not one of the JVM's, together they allow no
         *     handshake, as the JVM has disabled them, or client certificates are wanted but the authorities that issue
         *     them are not set
         */
        public TlsSettings build() {
            if (clientCertificate != ClientCertificate.NONE && trust.system()) {
                throw new IllegalArgumentException(
                        "clientCertificate " + clientCertificate
                                + " needs trust in authorities of your own: anybody can have a certificate of those that the JVM trusts");
            }
            SSLContext context = context();
            return new TlsSettings(context, parameters(context), copy());
        }

        private Builder copy() {
            Builder copy = new Builder(this);
            copy.built = true;
            return copy;
        }

        private SSLContext context() {
            try {
                KeyManager[] keys = null;
                if (!certificates.isEmpty()) {
                    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
                    factory.init(StoreOf.keys(certificates), StoreOf.PASSWORD);
                    keys = factory.getKeyManagers();
                }
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keys, trust.managers(), null);
                return context;
            } catch (GeneralSecurityException fault) {
                throw new IllegalArgumentException("no TLS context can be made of these settings: " + fault, fault);
            }
        }

        private SSLParameters parameters(SSLContext context) {
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(protocols.toArray(new String[0]));
            parameters.setCipherSuites(ModernTls.known(cipherSuites, context));
            parameters.setApplicationProtocols(applicationProtocols.toArray(new String[0]));
            parameters.setUseCipherSuitesOrder(true);
            parameters.setEndpointIdentificationAlgorithm(checkName ? null : "");
            parameters.setWantClientAuth(clientCertificate == ClientCertificate.WANTED);
            if (clientCertificate == ClientCertificate.REQUIRED) {
                parameters.setNeedClientAuth(true);
            }
            return parameters;
        }
    }
}
