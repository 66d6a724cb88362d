package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Hosts that are addresses themselves, which no name service is asked for. */
final class LiteralAddress {
    private LiteralAddress() {}

    /**
     * The address that a host spells out, or null when it is a name. Four plain decimal numbers alone are an IPv4
     * address: what some systems also read as one ({@code 127.1}, {@code 0x7f.0.0.1}) is left to the resolver, and
     * judged by what comes of it.
     *
     * @throws UnknownHostException if it has a colon, and is no IPv6 address
     */
    static @Nullable InetAddress of(String host) throws UnknownHostException {
        InetAddress address = IpLiteral.parse(host);
        if (address == null && host.indexOf(':') >= 0) {
            throw new UnknownHostException(host + ": not an IPv6 address");
        }
        return address;
    }
}
