package dev.sluice.proxy.cache.rule;

/** What a purge means for a response. */
public enum Purged {
    /** It is stale. */
    STALE,
    /** It is not used any more. */
    GONE
}
