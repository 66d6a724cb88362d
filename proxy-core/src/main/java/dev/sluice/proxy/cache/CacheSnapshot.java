package dev.sluice.proxy.cache;

import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.cache.store.CacheStore;
import java.util.Map;

/**
 * What a cache has stored and counted, at one time. Immutable.
 *
 * @param name the cache's
 * @param store how much is stored, and what has been dropped
 * @param hits responses that came fresh out of the cache
 * @param staleHits stale responses that came out of the cache
 * @param hitBytes the bytes of the bodies of both
 * @param validated stale responses that came out of the cache after the origin had confirmed them
 * @param forwards requests that went to an origin, by the reason
 * @param collapsed requests that got the response of another one instead of being sent
 * @param stored responses that have been stored whole
 * @param fills responses that are being stored now
 * @param storeFailures how often the store has failed
 */
public record CacheSnapshot(
        String name,
        CacheStore.Usage store,
        long hits,
        long staleHits,
        long hitBytes,
        long validated,
        Map<CacheUse.Forward, Long> forwards,
        long collapsed,
        long stored,
        int fills,
        long storeFailures) {
    /** Copies the map. */
    public CacheSnapshot {
        forwards = Map.copyOf(forwards);
    }
}
