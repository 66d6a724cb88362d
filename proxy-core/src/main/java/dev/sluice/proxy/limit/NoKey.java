package dev.sluice.proxy.limit;

/** What a limit does with a request that lacks the key by which it counts. */
public enum NoKey {
    /** All such requests count as one key: to leave out the key gains nothing, and the rest is served. The default. */
    SHARED,
    /** Such a request is not limited: for a key that only those have who are to be limited. */
    UNLIMITED,
    /** Such a request is refused with 403. */
    REFUSED
}
