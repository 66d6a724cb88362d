package dev.sluice.proxy.connect;

import dev.sluice.proxy.syntax.Cidr;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decides which addresses the proxy may connect to. It is asked about every address after the name has been resolved,
 * just before the proxy connects to exactly that address, and again before a pooled connection to it is used. So it
 * does not matter if a name points to another address the second time. Called from many threads at once; must be quick
 * and must not block.
 */
@FunctionalInterface
public interface AddressRule {
    /** Permits every address. */
    AddressRule ANY = address -> true;

    /**
     * Permits addresses that everyone on the Internet can reach, and refuses all others: loopback, link-local, private,
     * unique-local, shared (100.64.0.0/10), the cloud providers' metadata services, unspecified, multicast, broadcast,
     * reserved, and those for documentation and benchmarks (the special-purpose registries of RFC 6890). An IPv4
     * address inside an IPv6 one (mapped, NAT64, 6to4, Teredo) is judged too. Ports do not matter.
     */
    AddressRule PUBLIC = PublicAddresses::permits;

    /** Returns whether this address may be connected to. */
    boolean permits(InetSocketAddress address);

    /** Permits what both permit. */
    default AddressRule and(AddressRule other) {
        return address -> permits(address) && other.permits(address);
    }

    /** Permits what at least one of the two permits: {@code PUBLIC.or(within("10.1.0.0/16"))}. */
    default AddressRule or(AddressRule other) {
        return address -> permits(address) || other.permits(address);
    }

    /** Permits what this refuses, and refuses what this permits. */
    default AddressRule negate() {
        return address -> !permits(address);
    }

    /**
     * Permits the addresses of these blocks, at any port; without a block, no address.
     *
     * @param blocks {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or an address alone. An IPv4 address in the IPv6 form {@code
     *     ::ffff:a.b.c.d} counts as the IPv4 address; apart from that a block of one kind has no address of the other
     * @throws IllegalArgumentException if one is not of this form, or has bits beyond its prefix length, which is mostly a
     *     slip; the message shows it
     */
    static AddressRule within(String... blocks) {
        List<Cidr> all = Stream.of(blocks).map(Cidr::parse).toList();
        return address -> {
            for (Cidr block : all) {
                if (block.contains(address.getAddress())) {
                    return true;
                }
            }
            return false;
        };
    }
}
