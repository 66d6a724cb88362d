package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.cache.store.StoredHead;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What has been purged by tag, or altogether: one step each, however many responses have the tag. Each purge has a number,
 * each response the number of the last purge before the request for it was sent. Safe for use by many threads.
 */
final class Purges {
    private static final String ALL = "";

    private final Map<String, Long> gone = new ConcurrentHashMap<>();
    private final Map<String, Long> stale = new ConcurrentHashMap<>();
    private long last;

    /** The number of the last purge: also that of the wall clock, as stored responses outlive this JVM. */
    synchronized long stamp(long wallMillis) {
        last = Math.max(last, wallMillis * 1000);
        return last;
    }

    void tag(String tag, boolean soft, long wallMillis) {
        synchronized (this) {
            last = Math.max(last, wallMillis * 1000) + 1;
            (soft ? stale : gone).put(tag, last);
        }
    }

    void all(boolean soft, long wallMillis) {
        tag(ALL, soft, wallMillis);
    }

    /** What purges mean for this response, or null if none is for it. */
    Fill.@org.jspecify.annotations.Nullable Purged of(StoredHead head) {
        if (isIn(gone, head)) {
            return Fill.Purged.GONE;
        }
        return isIn(stale, head) ? Fill.Purged.STALE : null;
    }

    private static boolean isIn(Map<String, Long> purged, StoredHead head) {
        if (purged.isEmpty()) {
            return false;
        }
        return isLater(purged.get(ALL), head) || head.tags().stream().anyMatch(tag -> isLater(purged.get(tag), head));
    }

    private static boolean isLater(@org.jspecify.annotations.Nullable Long purge, StoredHead head) {
        return purge != null && purge > head.stamp();
    }
}
