package dev.sluice.proxy.limit;

/** What a {@link RateLimit} does with a request if its {@link Counters} cannot be asked. */
public enum NoCounters {
    /** It counts in this JVM, by the same rule, until they can be asked again. The default. */
    LOCAL,
    /** Such a request is not limited. */
    UNLIMITED,
    /** Such a request is refused with 503. */
    REFUSED
}
