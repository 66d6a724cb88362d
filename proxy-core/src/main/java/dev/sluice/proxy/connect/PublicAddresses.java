package dev.sluice.proxy.connect;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The addresses that everyone can reach, according to the registries of special-purpose addresses (RFC 6890) with later
 * additions. Checked for every request of a forward proxy, so it compares numbers and allocates one small array.
 */
final class PublicAddresses {
    /** Network and mask in turn. */
    private static final int[] RESERVED_IPV4 = ipv4Blocks(
            "0.0.0.0/8", // this network (RFC 791 §3.2)
            "10.0.0.0/8", // private (RFC 1918)
            "100.64.0.0/10", // shared (RFC 6598), the metadata service 100.100.100.200 included
            "127.0.0.0/8", // loopback (RFC 1122 §3.2.1.3)
            "168.63.129.16/32", // a metadata and name service at a public address (Azure)
            "169.254.0.0/16", // link-local (RFC 3927), the metadata service 169.254.169.254 included
            "172.16.0.0/12", // private (RFC 1918)
            "192.0.0.0/24", // protocol assignments (RFC 6890 §2.1), the metadata service 192.0.0.192 included
            "192.0.2.0/24", // documentation (RFC 5737)
            "192.88.99.0/24", // former relays of 6to4 (RFC 7526)
            "192.168.0.0/16", // private (RFC 1918)
            "198.18.0.0/15", // benchmarks (RFC 2544)
            "198.51.100.0/24", // documentation (RFC 5737)
            "203.0.113.0/24", // documentation (RFC 5737)
            "224.0.0.0/4", // multicast (RFC 5771)
            "240.0.0.0/4"); // reserved (RFC 1112 §4), broadcast included

    private PublicAddresses() {}

    static boolean permits(InetSocketAddress address) {
        InetAddress resolved = address.getAddress();
        if (resolved == null) {
            return false;
        }
        byte[] bytes = resolved.getAddress();
        return bytes.length == 4
                ? permitsIpv4((int) number(bytes, 0, 4))
                : permitsIpv6(number(bytes, 0, 8), number(bytes, 8, 8));
    }

    private static boolean permitsIpv4(int address) {
        for (int i = 0; i < RESERVED_IPV4.length; i += 2) {
            if ((address & RESERVED_IPV4[i + 1]) == RESERVED_IPV4[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean permitsIpv6(long high, long low) {
        // ::ffff:a.b.c.d (RFC 4291 §2.5.5.2) and 64:ff9b::a.b.c.d (RFC 6052 §2.1)
        if ((high == 0 && low >>> 32 == 0xffff) || (high == 0x0064_ff9b_0000_0000L && low >>> 32 == 0)) {
            return permitsIpv4((int) low);
        }
        // Only 2000::/3 is global (RFC 4291 §2.4). All else is refused with it: ::, ::1, the former ::a.b.c.d,
        // 64:ff9b:1::/48,
        // 100::/64, 5f00::/16, fc00::/7 with the metadata service fd00:ec2::254, fe80::/10, fec0::/10, ff00::/8.
        if (high >>> 61 != 1) {
            return false;
        }
        return switch ((int) (high >>> 48)) {
            case 0x2001 -> permits2001(high, low);
            case 0x2002 -> permitsIpv4((int) (high >>> 16)); // 6to4 (RFC 3056 §2)
            case 0x3fff -> high >>> 44 != 0x3fff0; // documentation (RFC 9637)
            default -> true;
        };
    }

    private static boolean permits2001(long high, long low) {
        int second = (int) (high >>> 32) & 0xffff;
        if (second == 0) {
            // Teredo has the server's address, and the client's with all bits inverted (RFC 4380 §4).
            return permitsIpv4((int) high) && permitsIpv4((int) ~low);
        }
        // Below 200 are protocol assignments, benchmarks and ORCHIDs (RFC 2928, 5180, 7343); db8 is documentation (RFC
        // 3849).
        return second >= 0x200 && second != 0xdb8;
    }

    private static long number(byte[] bytes, int offset, int length) {
        long number = 0;
        for (int i = offset; i < offset + length; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }

    private static int[] ipv4Blocks(String... texts) {
        int[] blocks = new int[2 * texts.length];
        for (int i = 0; i < texts.length; i++) {
            String[] parts = texts[i].split("[./]", -1);
            for (int part = 0; part < 4; part++) {
                blocks[2 * i] = blocks[2 * i] << 8 | Integer.parseInt(parts[part]);
            }
            blocks[2 * i + 1] = -1 << (32 - Integer.parseInt(parts[4]));
        }
        return blocks;
    }
}
