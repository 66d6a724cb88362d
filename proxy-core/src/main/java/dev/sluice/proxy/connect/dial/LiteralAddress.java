package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Hosts that are addresses themselves, which need no look-up. */
final class LiteralAddress {
    private LiteralAddress() {}

    /**
     * The address that a host spells out, or null when it is a name. Only four plain decimal numbers are an IPv4
     * address. Forms that some systems also read as one ({@code 127.1}, {@code 0x7f.0.0.1}) are left to the resolver,
     * and its result is checked.
     *
     * @throws UnknownHostException if it has a colon, but is not an IPv6 address
     */
    static @Nullable InetAddress of(String host) throws UnknownHostException {
        InetAddress address = IpLiteral.parse(host);
        if (address == null && host.indexOf(':') >= 0) {
            throw new UnknownHostException(host + ": not an IPv6 address");
        }
        return address;
    }
}
