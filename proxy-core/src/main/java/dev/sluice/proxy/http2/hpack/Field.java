package dev.sluice.proxy.http2.hpack;

/**
 * A field in a table. Immutable.
 *
 * @param name in lower case
 */
record Field(String name, String value) {
    /** What a field takes in a table, and in the size of a list, beside its bytes (RFC 7541 §4.1). */
    static final int OVERHEAD = 32;

    /** Its size in a table. */
    int size() {
        return name.length() + value.length() + OVERHEAD;
    }
}
