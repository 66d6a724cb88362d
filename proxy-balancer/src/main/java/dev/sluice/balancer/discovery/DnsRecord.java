package dev.sluice.balancer.discovery;

import java.net.InetAddress;

/**
 * A resource record (RFC 1035 §3.2.1) of class IN and of a type that is used here.
 *
 * @param name the owner's, as {@link DnsReader#name} spells it
 */
record DnsRecord(String name, long ttlSeconds, Data data) {
    /** What a record says. */
    sealed interface Data {}

    /** A and AAAA: RFC 1035 §3.4.1, RFC 3596 §2.2. */
    record Address(DnsType type, InetAddress address) implements Data {}

    /** CNAME: RFC 1035 §3.3.1. */
    record Alias(String target) implements Data {}

    /** SRV: RFC 2782. */
    record Service(int priority, int weight, int port, String target) implements Data {}

    /** SOA; only the time for which an absence holds is used: RFC 2308 §4. */
    record StartOfAuthority(long minimumSeconds) implements Data {}
}
