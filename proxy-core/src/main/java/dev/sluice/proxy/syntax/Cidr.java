package dev.sluice.proxy.syntax;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses: a network and the number of bits that its addresses share (RFC 4632 §3.1). An IPv4 address
 * in the IPv6 form {@code ::ffff:a.b.c.d} counts as the IPv4 address. Otherwise a block of one kind has no address of
 * the other, so {@code ::/0} has no IPv4 address. Immutable. No name is ever resolved.
 */
public final class Cidr {
    private final byte[] network;
    private final int prefixLength;

    private Cidr(byte[] network, int prefixLength) {
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single address, which is a block of one.
     *
     * @throws IllegalArgumentException if the address is not a literal one, the prefix length does not fit it, or the
     *     address has bits beyond it, which is usually a mistake; the message shows the text, and in the last case the
     *     block that may be meant
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = IpLiteral.parse(literal);
        if (address == null) {
            throw new IllegalArgumentException("not an IP address in CIDR block \"" + text + "\"");
        }
        byte[] network = IpLiteral.bytes(address);
        int written = literal.indexOf(':') >= 0 ? 128 : 32;
        int unwrapped = written - 8 * network.length;
        int length = slash < 0 ? written : prefixLength(text, slash + 1, written);
        if (length < unwrapped) {
            throw new IllegalArgumentException("an IPv4 address in IPv6 form needs a prefix length of " + unwrapped
                    + " or more: \"" + text + "\"");
        }
        Cidr block = new Cidr(masked(network, length - unwrapped), length - unwrapped);
        if (!Arrays.equals(block.network, network)) {
            throw new IllegalArgumentException(
                    "address bits beyond the prefix length in CIDR block \"" + text + "\"; is " + block + " meant?");
        }
        return block;
    }

    /** As {@link #parse(String)}, of the value of an option; messages name the option. */
    public static Cidr parse(String option, String text) {
        try {
            return parse(Objects.requireNonNull(text, option));
        } catch (IllegalArgumentException fault) {
            throw new IllegalArgumentException(option + ": " + fault.getMessage(), fault);
        }
    }

    /** Returns whether the address is in the block; a zone id does not count, and null is in none. */
    public boolean contains(@Nullable InetAddress address) {
        if (address == null) {
            return false;
        }
        byte[] bytes = IpLiteral.bytes(address);
        if (bytes.length != network.length) {
            return false;
        }
        int whole = prefixLength / 8;
        if (!Arrays.equals(bytes, 0, whole, network, 0, whole)) {
            return false;
        }
        int rest = prefixLength % 8;
        return rest == 0 || (bytes[whole] ^ network[whole]) >> (8 - rest) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that && prefixLength == that.prefixLength && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefixLength;
    }

    /** The network in its shortest form, a slash, and the prefix length. */
    @Override
    public String toString() {
        return IpLiteral.format(IpLiteral.address(network)) + '/' + prefixLength;
    }

    private static int prefixLength(String text, int from, int max) {
        int length = Ascii.number(text.substring(from), 3);
        if (length < 0 || length > max) {
            throw new IllegalArgumentException("prefix length must be 0 to " + max + " in CIDR block \"" + text + "\"");
        }
        return length;
    }

    private static byte[] masked(byte[] bytes, int length) {
        byte[] masked = bytes.clone();
        for (int bit = length; bit < 8 * masked.length; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return masked;
    }
}
