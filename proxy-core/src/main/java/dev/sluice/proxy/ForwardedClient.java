package dev.sluice.proxy;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who began a request and what was asked for, as far as proxies in front of this one say that are {@linkplain
 * dev.sluice.proxy.header.Forwarding trusted}; what nobody says is as the connection tells it. This is what redirects,
 * cookies and the access log go by. Immutable.
 *
 * @param address of the client, or null when that of the connection is not resolved
 * @param scheme {@code http} or {@code https}: what the client uses
 * @param authority the host that the client asked for, or null when it did not say
 * @param prefix the beginning of the client's path that the proxies in front have taken off, without a slash at its end;
 *     empty for nothing
 */
public record ForwardedClient(
        @Nullable InetAddress address,
        String scheme,
        @Nullable Authority authority,
        String prefix) {
    /** What the connection tells, when nothing is said or nobody is trusted. */
    public static ForwardedClient of(Client client, @Nullable Authority authority) {
        return new ForwardedClient(client.address().getAddress(), client.scheme(), authority, "");
    }
}
