package dev.sluice.proxy.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server's TLS settings by the name that a client asks for. It is asked for every connection, so certificates can
 * change without a restart. It must be safe for use by many threads, and should answer from memory: the connection
 * waits.
 */
@FunctionalInterface
public interface ServerTls {
    /**
     * The settings for {@code serverName}, or null to refuse the connection with an alert.
     *
     * @param serverName the name that the client asks for (RFC 6066 §3), in lower case: letters, digits, hyphens,
     *     underscores and dots, unverified; or null when it names none, as with an IP address
     */
    @Nullable
    TlsSettings settings(@Nullable String serverName);

    /** The same settings for every name. */
    static ServerTls of(TlsSettings settings) {
        Objects.requireNonNull(settings, "settings");
        return serverName -> settings;
    }
}
