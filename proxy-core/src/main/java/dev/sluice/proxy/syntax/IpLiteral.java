package dev.sluice.proxy.syntax;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as text, in both directions, without ever asking a name service. An IPv4 address in the IPv6 form
 * {@code ::ffff:a.b.c.d} counts as the IPv4 address.
 */
public final class IpLiteral {
    private static final int GROUPS = 8;

    private IpLiteral() {}

    /** The address that {@code text} spells out, or null. A zone id, brackets and a port are not part of an address. */
    public static @Nullable InetAddress parse(String text) {
        byte[] bytes = text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
        return bytes == null ? null : address(bytes);
    }

    /** The text of an address: IPv6 as RFC 5952 §4 has it, without zone id. */
    public static String format(InetAddress address) {
        byte[] bytes = bytes(address);
        if (bytes.length == 4) {
            return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + '.' + (bytes[2] & 0xff) + '.' + (bytes[3] & 0xff);
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
        }
        return formatIpv6(groups);
    }

    /** 4 or 16 bytes. */
    public static byte[] bytes(InetAddress address) {
        byte[] bytes = address.getAddress();
        return isMapped(bytes) ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }

    private static boolean isMapped(byte[] bytes) {
        if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** RFC 5952 §4.2: the longest run of two or more zero groups is shortened, the first of several as long. */
    private static String formatIpv6(int[] groups) {
        int gap = -1;
        int gapLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zerosFrom(groups, i);
            if (zeros > gapLength) {
                gap = i;
                gapLength = zeros;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                text.append("::");
            } else if (gap < 0 || i < gap || i >= gap + gapLength) {
                boolean first = i == 0 || (gap >= 0 && i == gap + gapLength);
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int zerosFrom(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }

    /** Four decimal numbers; a leading zero is refused, since some read it as octal. */
    private static byte @Nullable [] parseIpv4(String text) {
        byte[] bytes = new byte[4];
        int from = 0;
        for (int i = 0; i < 4; i++) {
            int dot = text.indexOf('.', from);
            int to = i < 3 ? dot : text.length();
            int number = to < 0 ? -1 : number(text, from, to, 10, 3);
            if (number < 0 || number > 255 || (to - from > 1 && text.charAt(from) == '0')) {
                return null;
            }
            bytes[i] = (byte) number;
            from = to + 1;
        }
        return bytes;
    }

    private static byte @Nullable [] parseIpv6(String text) {
        int gap = text.indexOf("::");
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        byte[] tail = groups(gap < 0 ? "" : text.substring(gap + 2), true);
        if (head == null || tail == null) {
            return null;
        }
        int given = head.length + tail.length;
        if (gap < 0 ? given != 16 : given > 14) {
            return null;
        }
        byte[] bytes = Arrays.copyOf(head, 16);
        System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
        return bytes;
    }

    /** The bytes of groups with colons between; the last may be an IPv4 address when it ends the whole. */
    private static byte @Nullable [] groups(String text, boolean endsAddress) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        byte[] bytes = new byte[16];
        int size = 0;
        int from = 0;
        while (from <= text.length()) {
            int colon = text.indexOf(':', from);
            int to = colon < 0 ? text.length() : colon;
            byte[] group = colon < 0 && endsAddress && text.indexOf('.', from) >= 0
                    ? parseIpv4(text.substring(from))
                    : group(text, from, to);
            if (group == null || size + group.length > bytes.length) {
                return null;
            }
            System.arraycopy(group, 0, bytes, size, group.length);
            size += group.length;
            from = to + 1;
        }
        return Arrays.copyOf(bytes, size);
    }

    private static byte @Nullable [] group(String text, int from, int to) {
        int number = number(text, from, to, 16, 4);
        return number < 0 ? null : new byte[] {(byte) (number >> 8), (byte) number};
    }

    /** The number, or -1 when there is none or it has too many digits. */
    private static int number(String text, int from, int to, int radix, int maxDigits) {
        if (to <= from || to - from > maxDigits) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            number = number * radix + digit;
        }
        return number;
    }

    /** The address from 4 or 16 bytes. */
    public static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 bytes are an address", impossible);
        }
    }
}
