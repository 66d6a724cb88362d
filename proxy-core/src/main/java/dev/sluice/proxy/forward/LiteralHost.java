package dev.sluice.proxy.forward;

import dev.sluice.proxy.internal.IpLiteral;

/** Hosts that are meant to be taken for names here and for addresses elsewhere. Never asks a name service. */
final class LiteralHost {
    private LiteralHost() {}

    /**
     * Tells whether the host is a name that somebody would take for an address: many resolvers read {@code 127.1},
     * {@code 2130706433} and {@code 0x7f000001} all as 127.0.0.1. No domain at the top of the tree is a number.
     */
    static boolean isDisguised(String host) {
        int end = host.endsWith(".") ? host.length() - 1 : host.length();
        int from = host.lastIndexOf('.', end - 1) + 1;
        if (host.startsWith("0x", from)) {
            return true;
        }
        for (int i = from; i < end; i++) {
            if (host.charAt(i) < '0' || host.charAt(i) > '9') {
                return false;
            }
        }
        return from < end && IpLiteral.parse(host) == null;
    }
}
