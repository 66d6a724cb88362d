package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.CacheUse;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What a cache has counted since it began. Safe for use by many threads. */
public final class CacheCounts {
    private final LongAdder hits = new LongAdder();
    private final LongAdder staleHits = new LongAdder();
    private final LongAdder hitBytes = new LongAdder();
    private final LongAdder validated = new LongAdder();
    private final LongAdder collapsed = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private final LongAdder storeFailures = new LongAdder();
    private final Map<CacheUse.Forward, LongAdder> forwards;

    CacheCounts() {
        Map<CacheUse.Forward, LongAdder> counts = new EnumMap<>(CacheUse.Forward.class);
        for (CacheUse.Forward forward : CacheUse.Forward.values()) {
            counts.put(forward, new LongAdder());
        }
        this.forwards = counts;
    }

    /** @param bytes of the answer's body */
    void used(CacheUse use, long bytes) {
        if (use.collapsed()) {
            collapsed.increment();
        }
        if (use.hit()) {
            hitBytes.add(bytes);
        }
        CacheUse.Forward forward = use.forward();
        if (forward != null) {
            Objects.requireNonNull(forwards.get(forward)).increment();
        } else if (use.ttlSeconds() != null && use.ttlSeconds() < 0) {
            staleHits.increment();
        } else {
            hits.increment();
        }
    }

    void confirmed() {
        validated.increment();
    }

    void stored() {
        stored.increment();
    }

    void storeFailed() {
        storeFailures.increment();
    }

    /** How many responses came fresh out of the cache. */
    public long hits() {
        return hits.sum();
    }

    /** How many stale responses came out of the cache. */
    public long staleHits() {
        return staleHits.sum();
    }

    /** How many bytes the bodies of these had. */
    public long hitBytes() {
        return hitBytes.sum();
    }

    /** How many stale responses came out of the cache after the origin had confirmed them. */
    public long validated() {
        return validated.sum();
    }

    /** How many requests got the response of another one instead of being sent. */
    public long collapsed() {
        return collapsed.sum();
    }

    /** How many responses have been stored whole. */
    public long storedResponses() {
        return stored.sum();
    }

    /** How often the store has failed. */
    public long storeFailures() {
        return storeFailures.sum();
    }

    /** How many requests went to an origin, by the reason. */
    public Map<CacheUse.Forward, Long> forwards() {
        Map<CacheUse.Forward, Long> sums = new EnumMap<>(CacheUse.Forward.class);
        forwards.forEach((forward, count) -> sums.put(forward, count.sum()));
        return sums;
    }
}
