package dev.sluice.balancer.discovery;

/** The types of records that are asked for. */
enum DnsType {
    /** RFC 1035 §3.4.1. */
    A(1),
    /** RFC 3596 §2.1. */
    AAAA(28),
    /** RFC 2782. */
    SRV(33);

    final int code;

    DnsType(int code) {
        this.code = code;
    }

    /** Returns whether a record with this data is of this type. */
    boolean isOf(DnsRecord.Data data) {
        return data instanceof DnsRecord.Address address
                ? address.type() == this
                : data instanceof DnsRecord.Service && this == SRV;
    }
}
