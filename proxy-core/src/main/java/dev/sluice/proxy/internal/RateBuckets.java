package dev.sluice.proxy.internal;

import java.util.LinkedHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of tokens for each key, by the generic cell rate algorithm (ITU-T I.371 annex A). It needs one number for a key:
 * the time at which its bucket will be full. If that has passed, the bucket is full, which is the same as a new one, and the
 * key can go. So all amounts are times here: a token is the time in which it comes back.
 *
 * <p>The keys are in parts, each with its own lock and in the order of their last use. For each new key a part looks at
 * the oldest ones: those that are full go, those in use go to the end of the order, so that the next look finds others. A
 * bucket in use is never forgotten: if there is no room, further keys share some buckets, each key always the same one.
 * Safe for use by many threads; it knows no clock, each call says the time.
 */
public final class RateBuckets {
    private static final int PARTS = 16;
    private static final int SHARED = 1_024;

    /** Even while there is room, so that memory follows the keys in use, and not all that were ever seen. */
    private static final int LOOKS = 2;

    private static final int LOOKS_WITHOUT_ROOM = 16;

    /** What a bucket can miss, about 146 years: more would not fit into a number, and it would be full again. */
    private static final long LONGEST = Long.MAX_VALUE / 2;

    private final Part[] parts;
    private final Runnable withoutRoom;

    /**
     * All buckets are full.
     *
     * @param keys for how many keys there is room, at least 1
     * @param withoutRoom is told of each key that has to share a bucket; called without a lock
     */
    public RateBuckets(int keys, Runnable withoutRoom) {
        this.withoutRoom = withoutRoom;
        this.parts = new Part[Math.min(PARTS, Integer.highestOneBit(keys))];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Part(keys / parts.length);
        }
    }

    /**
     * Takes tokens if they are there: then the bucket is full again after at most {@code wholeNanos}.
     *
     * @param costNanos what is taken
     * @param wholeNanos what a full bucket holds
     * @return after which time the bucket would be full again with these taken; they were taken if it is at most {@code
     *     wholeNanos}, else nothing was
     */
    public long take(Object key, long costNanos, long wholeNanos, long nowNanos) {
        return use(key, nowNanos, bucket -> {
            long next = bucket.missing(nowNanos) + costNanos;
            if (next <= wholeNanos) {
                bucket.fullAtNanos = nowNanos + next;
            }
            return next;
        });
    }

    /**
     * Takes tokens in any case, also those that are not there yet.
     *
     * @param costNanos what is taken; 0 only to look, below 0 to give some back
     * @return after which time the bucket is full again
     */
    public long reserve(Object key, long costNanos, long nowNanos) {
        return use(key, nowNanos, bucket -> {
            long next = Math.min(LONGEST, Math.max(0, bucket.missing(nowNanos) + costNanos));
            bucket.fullAtNanos = nowNanos + next;
            return next;
        });
    }

    private long use(Object key, long nowNanos, ToLongFunction<Bucket> use) {
        int hash = spread(key.hashCode());
        Part part = parts[hash & (parts.length - 1)];
        Used used = part.lock.get(() -> {
            Bucket own = part.find(key, nowNanos);
            return new Used(own != null, use.applyAsLong(own != null ? own : part.shared(hash)));
        });
        if (!used.own()) {
            withoutRoom.run();
        }
        return used.result();
    }

    /**
     * What came of a use.
     *
     * @param own whether the key has a bucket for itself
     */
    private record Used(boolean own, long result) {}

    /** For how many keys there is room. */
    public int room() {
        return parts.length * parts[0].room;
    }

    /** How many keys are known. */
    public int size() {
        int size = 0;
        for (Part part : parts) {
            size += part.lock.<Integer>get(part.buckets::size);
        }
        return size;
    }

    /** The hashes of similar texts are similar: this is the end of MurmurHash3, which mixes all bits. */
    private static int spread(int hash) {
        int mixed = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >>> 13)) * 0xC2B2AE35;
        return mixed ^ (mixed >>> 16);
    }

    /** Some of the keys. Under its own lock. */
    private static final class Part {
        private final CombiningLock lock = new CombiningLock();
        private final int room;
        private final LinkedHashMap<Object, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);
        private final @Nullable Bucket[] shared = new Bucket[SHARED / PARTS];

        private Part(int room) {
            this.room = room;
        }

        /** The bucket of this key, or null if it is new and there is no room. */
        private @Nullable Bucket find(Object key, long nowNanos) {
            Bucket known = buckets.get(key);
            if (known != null) {
                return known;
            }
            dropFull(nowNanos);
            if (buckets.size() >= room) {
                return null;
            }
            Bucket fresh = new Bucket();
            buckets.put(key, fresh);
            return fresh;
        }

        private void dropFull(long nowNanos) {
            int looks = Math.min(buckets.size(), buckets.size() < room ? LOOKS : LOOKS_WITHOUT_ROOM);
            for (int i = 0; i < looks; i++) {
                var oldest = buckets.entrySet().iterator().next();
                if (oldest.getValue().missing(nowNanos) == 0) {
                    buckets.remove(oldest.getKey());
                } else {
                    buckets.get(oldest.getKey());
                }
            }
        }

        private Bucket shared(int hash) {
            int index = (hash >>> 4) & (shared.length - 1);
            Bucket found = shared[index];
            if (found == null) {
                found = new Bucket();
                shared[index] = found;
            }
            return found;
        }
    }

    /** One bucket. Under the lock of its part. */
    private static final class Bucket {
        private long fullAtNanos;

        private long missing(long nowNanos) {
            return Math.max(0, fullAtNanos - nowNanos);
        }
    }
}
