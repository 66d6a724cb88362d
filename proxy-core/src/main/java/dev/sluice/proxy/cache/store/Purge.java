package dev.sluice.proxy.cache.store;

import org.jspecify.annotations.Nullable;

/**
 * What has been purged in one step, however many responses that are. It is for all whose {@link StoredHead#stamp} is less
 * than its number.
 *
 * @param tag whose responses; null for all responses
 * @param soft whether they become stale; otherwise they are not used any more
 * @param number greater than those of all purges before
 */
public record Purge(@Nullable String tag, boolean soft, long number) {}
