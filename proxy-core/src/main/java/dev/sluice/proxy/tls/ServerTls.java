package dev.sluice.proxy.tls;

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

    /** The same settings for every name. */
    static ServerTls of(TlsSettings settings) {
        Objects.requireNonNull(settings, "settings");
        return serverName -> settings;
    }
}
