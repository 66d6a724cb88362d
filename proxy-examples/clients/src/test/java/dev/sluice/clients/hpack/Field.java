package dev.sluice.clients.hpack;

/**
 * A field of a list. Immutable.
 *
 * @param name its bytes in Latin-1, as the value's
 * @param secret whether no table may have it (RFC 7541 §7.1.3)
 */
record Field(String name, String value, boolean secret) {
    /** What it takes of the size of a list, or of a table (RFC 7541 §4.1). */
    int size() {
        return name.length() + value.length() + 32;
    }
}
