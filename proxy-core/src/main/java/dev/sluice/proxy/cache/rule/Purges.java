package dev.sluice.proxy.cache.rule;

import dev.sluice.proxy.cache.store.Purge;
import dev.sluice.proxy.cache.store.StoredHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What has been purged by tag, or altogether: one step each, however many responses have the tag. Each purge has a number,
 * each response the number of the last purge before the request for it was sent. Safe for use by many threads.
 */
public final class Purges {
    private static final String ALL = "";
    private static final long NONE = Long.MIN_VALUE;

    private final Map<String, Long> gone = new ConcurrentHashMap<>();
    private final Map<String, Long> stale = new ConcurrentHashMap<>();
    private final int mostTags;
    private volatile long last;

    /**
     * None yet. 100,000 tags are remembered; if there are more, the older half becomes one purge of all responses before.
     *
     * @param last the number of the last purge before
     */
    public Purges(long last) {
        this(last, 100_000);
    }

    Purges(long last, int mostTags) {
        this.last = last;
        this.mostTags = mostTags;
    }

    /** The least number of a purge at this time: microseconds since 1970. */
    public static long numberAt(Instant time) {
        return time.toEpochMilli() * 1_000;
    }

    /** The number of the last purge. */
    public long last() {
        return last;
    }

    /**
     * Adds a purge, and gives it the next number.
     *
     * @param atLeast the least number
     */
    public synchronized Purge add(@Nullable String tag, boolean soft, long atLeast) {
        Purge purge = new Purge(tag, soft, Math.max(last + 1, atLeast));
        add(purge);
        return purge;
    }

    /** Adds a purge. */
    public synchronized void add(Purge purge) {
        last = Math.max(last, purge.number());
        Map<String, Long> purges = purge.soft() ? stale : gone;
        String tag = purge.tag();
        if (tag == null) {
            addForAll(purge);
        } else if (purges.merge(tag, purge.number(), Math::max) == purge.number() && purges.size() > mostTags) {
            List<Long> numbers = new ArrayList<>(purges.values());
            numbers.sort(null);
            addForAll(new Purge(null, purge.soft(), numbers.get(numbers.size() / 2)));
        }
    }

    /**
     * What is older says no more than this one. It is there before the others go, and {@link #of} looks for the others
     * first: so it misses none of what is purged.
     */
    private void addForAll(Purge purge) {
        (purge.soft() ? stale : gone).merge(ALL, purge.number(), Math::max);
        dropUpTo(purge.number(), stale, purge.soft());
        if (!purge.soft()) {
            dropUpTo(purge.number(), gone, true);
        }
    }

    private static void dropUpTo(long last, Map<String, Long> purges, boolean keepsAll) {
        purges.entrySet()
                .removeIf(each ->
                        each.getValue() <= last && !(keepsAll && each.getKey().equals(ALL)));
    }

    /** How many count. */
    public int size() {
        return gone.size() + stale.size();
    }

    /** What the purges mean for this response, or null if none is for it. */
    public @Nullable Purged of(StoredHead head) {
        boolean isStale = isIn(stale, head);
        if (isIn(gone, head)) {
            return Purged.GONE;
        }
        return isStale ? Purged.STALE : null;
    }

    private static boolean isIn(Map<String, Long> purged, StoredHead head) {
        if (purged.isEmpty()) {
            return false;
        }
        for (String tag : head.tags()) {
            if (purged.getOrDefault(tag, NONE) > head.stamp()) {
                return true;
            }
        }
        return purged.getOrDefault(ALL, NONE) > head.stamp();
    }

    /** All that count, in the order of their numbers. */
    public synchronized List<Purge> all() {
        List<Purge> all = new ArrayList<>();
        gone.forEach((tag, number) -> all.add(new Purge(tag.equals(ALL) ? null : tag, false, number)));
        stale.forEach((tag, number) -> all.add(new Purge(tag.equals(ALL) ? null : tag, true, number)));
        all.sort(Comparator.comparingLong(Purge::number));
        return all;
    }
}
