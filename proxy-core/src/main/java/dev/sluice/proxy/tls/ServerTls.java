package dev.sluice.proxy.tls;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server's TLS settings by the name that a client asks for. It is asked for every connection, so certificates can
 * change without a restart. It must be safe for use by many threads, and should answer from memory: the connection
 * waits.
 *
 * <p>A request's authority must belong to the name that its connection's settings were chosen by, or have the same
 * settings (the same context, and parameters alike): otherwise a route does not get to see it, and the answer is 421
 * (RFC 9110 §15.5.20). So a route for one host may rely on what the settings for that host ask for, such as a client's
 * certificate, whatever a client writes into {@code Host}. A request for an address, or for no host (HTTP/1.0), counts as
 * one that names none.
 * Case, a dot at the end and the port make no difference. Requests that the forward proxy serves are for other servers,
 * and not looked at.
 */
@FunctionalInterface
public interface ServerTls {
    /**
     * The settings for {@code serverName}, or null to refuse the connection with an alert.
     *
     * @param serverName the name that the client asks for (RFC 6066 §3), in lower case and unverified; or null when it
     *     names none, as with an IP address. For a connection it has letters, digits, hyphens, underscores and dots; for a
     *     request on it, whatever a host may have (RFC 3986 §3.2.2)
     */
    @Nullable
    TlsSettings settings(@Nullable String serverName);

    /** The same settings for every name. */
    static ServerTls of(TlsSettings settings) {
        Objects.requireNonNull(settings, "settings");
        return serverName -> settings;
    }
}
