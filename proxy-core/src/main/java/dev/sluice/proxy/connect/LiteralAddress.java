package dev.sluice.proxy.connect;

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
        if (host.indexOf(':') >= 0) {
            // In brackets it is never taken for a name.
            return InetAddress.getByName('[' + host + ']');
        }
        byte[] bytes = new byte[4];
        int from = 0;
        for (int i = 0; i < 4; i++) {
            int to = i < 3 ? host.indexOf('.', from) : host.length();
            int number = to < 0 ? -1 : decimal(host, from, to);
            if (number < 0) {
                return null;
            }
            bytes[i] = (byte) number;
            from = to + 1;
        }
        return InetAddress.getByAddress(bytes);
    }

    /** 0 to 255 without a leading zero, or -1. */
    private static int decimal(String text, int from, int to) {
        if (to <= from || to - from > 3 || (to - from > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number > 255 ? -1 : number;
    }
}
