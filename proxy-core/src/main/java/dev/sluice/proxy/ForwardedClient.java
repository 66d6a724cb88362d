package dev.sluice.proxy;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The client that began a request, and what it asked for, as {@linkplain dev.sluice.proxy.header.Forwarding trusted}
 * proxies in front of this one report it. Missing values come from the connection. Redirects, cookies and the access
 * log use these values. Immutable.
 *
 * @param address of the client, or null if that of the connection is not resolved
 * @param scheme {@code http} or {@code https}, as used by the client
 * @param authority the host that the client asked for, or null if it named none
 * @param prefix the start of the client's path that the proxies in front have removed, without a slash at its end;
 *     empty for none
 */
public record ForwardedClient(
        @Nullable InetAddress address,
        String scheme,
        @Nullable Authority authority,
        String prefix) {
    /** The values of the connection, if no proxy reports any or none is trusted. */
    public static ForwardedClient of(Client client, @Nullable Authority authority) {
        return new ForwardedClient(client.address().getAddress(), client.scheme(), authority, "");
    }
}
