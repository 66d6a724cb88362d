package dev.sluice.proxy.tls;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server's TLS settings by the name that a client asks for. It is asked for every connection, so certificates can
 * change without a restart. It must be safe for use by many threads, and should answer from memory, as the connection
 * waits.
 *
 * <p>A request's authority must be the name for which its connection's settings were chosen, or a name with the same
 * settings (the same context, and equal parameters): otherwise no route sees the request, and the answer is 421 (RFC
 * 9110 §15.5.20). So a route for one host may rely on the demands of the settings for that host, such as a client's
 * certificate, whatever a client writes into {@code Host}. A request for an address, or without a host (HTTP/1.0),
 * counts as one that names none. Case, a dot at the end and the port make no difference. Requests for the forward proxy
 * are for other servers, and are not checked.
 */
@FunctionalInterface
public interface ServerTls {
    /**
     * The settings for {@code serverName}, or null to refuse the connection with an alert.
     *
     * @param serverName the name that the client asks for (RFC 6066 §3), in lower case and unverified; or null if it
     *     names none, as with an IP address. For a connection it has letters, digits, hyphens, underscores and dots;
     *     for a request on it, whatever a host may have (RFC 3986 §3.2.2)
     */
    @Nullable
    TlsSettings settings(@Nullable String serverName);

    /** A builder of settings by name, for names that are known. */
    static Builder byName() {
        return new Builder();
    }

    /**
     * The same settings for every name.
     *
     * @throws IllegalArgumentException if they have no certificate, or an option that only settings to an origin can have,
     *     or trust but no {@code clientCertificate}; a context of your own is not looked into
     */
    static ServerTls of(TlsSettings settings) {
        Objects.requireNonNull(settings, "settings").requireForServer();
        return serverName -> settings;
    }

    /**
     * Collects settings by name. For one thread.
     *
     * <pre>{@code
     * ServerTls byName = ServerTls.byName()
     *         .addName("shop.example", TlsSettings.pem(Path.of("shop.pem"), Path.of("shop-key.pem")))
     *         .addName("*.shop.example", TlsSettings.pem(Path.of("wildcard.pem"), Path.of("wildcard-key.pem")))
     *         .build();
     * }</pre>
     */
    final class Builder {
        private final Map<String, ServerTls> exact = new HashMap<>();
        private final Map<String, ServerTls> below = new HashMap<>();
        private @Nullable ServerTls otherwise;

        private Builder() {}

        /**
         * Adds settings for a name, such as {@code shop.example}, or for all names that have one label more than a name,
         * such as {@code *.shop.example}. A name of its own goes before a wildcard. For {@link TlsFiles}, this also throws
         * as {@link #addName(String, TlsSettings)} does; other settings of your own are not looked into.
         *
         * @throws IllegalArgumentException if it is not a name of a host, or was added before
         */
        public Builder addName(String name, ServerTls settings) {
            return add(name, settings, settings instanceof TlsFiles files ? files.settings() : null);
        }

        private Builder add(String name, ServerTls settings, @Nullable TlsSettings checked) {
            Objects.requireNonNull(settings, "settings");
            boolean wildcard = name.startsWith("*.");
            String plain = ServerName.requireNameOrWildcard(name, wildcard ? name.substring(2) : name);
            if (checked != null) {
                CertificateNames.require((wildcard ? "*." : "") + plain, checked);
            }
            if ((wildcard ? below : exact).putIfAbsent(plain, settings) != null) {
                throw new IllegalArgumentException("name is added twice: \"" + name + "\"");
            }
            return this;
        }

        /**
         * As {@link #addName(String, ServerTls)}, with settings that do not change.
         *
         * @throws IllegalArgumentException also as {@link #of} does, and if none of their certificates is for this name, as
         *     then every client would refuse it; {@code addName(name, ServerTls.of(settings))} does not look
         */
        public Builder addName(String name, TlsSettings settings) {
            return add(name, ServerTls.of(settings), settings);
        }

        /**
         * Sets what clients get that ask for another name, or for none, as with an IP address; by default they are refused
         * with the alert {@code unrecognized_name}.
         */
        public Builder otherwise(ServerTls settings) {
            this.otherwise = Objects.requireNonNull(settings, "otherwise");
            if (settings instanceof TlsFiles files) {
                files.settings().requireForServer();
            }
            return this;
        }

        /** As {@link #otherwise(ServerTls)}, with settings that do not change; throws as {@link #of} does. */
        public Builder otherwise(TlsSettings settings) {
            return otherwise(ServerTls.of(settings));
        }

        /**
         * The settings by name.
         *
         * @throws IllegalArgumentException if there are neither names nor others, as then everybody would be refused
         */
        public ServerTls build() {
            if (otherwise == null && exact.isEmpty() && below.isEmpty()) {
                throw new IllegalArgumentException("byName needs a name, see addName, or otherwise");
            }
            return new TlsByName(exact, below, otherwise == null ? serverName -> null : otherwise);
        }
    }
}
