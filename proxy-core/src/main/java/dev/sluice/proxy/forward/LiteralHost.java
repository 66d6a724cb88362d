package dev.sluice.proxy.forward;

import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.syntax.IpLiteral;

/** Hosts that look like names here but are addresses for others. Never asks a name service. */
final class LiteralHost {
    private LiteralHost() {}

    /**
     * Returns whether the host is a name that others would read as an address: many resolvers read {@code 127.1},
     * {@code 2130706433} and {@code 0x7f000001} all as 127.0.0.1. No domain at the top of the tree is a number.
     */
    static boolean isDisguised(String host) {
        String name = HostName.withoutRootDot(host);
        return name.startsWith("0x", name.lastIndexOf('.') + 1)
                || (HostName.endsWithNumber(name) && IpLiteral.parse(host) == null);
    }
}
