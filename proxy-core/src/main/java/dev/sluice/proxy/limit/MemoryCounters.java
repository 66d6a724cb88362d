package dev.sluice.proxy.limit;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.TimeSource;
import java.util.LinkedHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counters of {@link Counters#inMemory}, by the generic cell rate algorithm (ITU-T I.371 annex A). It needs one number
 * for a key: the time at which its bucket will be full. If that has passed, the bucket is full, and the key can go.
 *
 * <p>The keys are in parts, each with its own lock and in the order of their last use. For each new key a part looks at
 * the oldest ones: those that are full go, those in use go to the end of the order, so that the next look finds others.
 */
final class MemoryCounters implements Counters {
    private static final Logger LOG = LoggerFactory.getLogger(Counters.class);

    private static final int PARTS = 16;
    private static final int SHARED = 1_024;

    /** Even while there is room, so that memory follows the keys in use, and not all that were ever seen. */
    private static final int LOOKS = 2;

    private static final int LOOKS_WITHOUT_ROOM = 16;

    private final Part[] parts;
    private final LogLimit full = new LogLimit(1, TimeSource.system()::nanos);

    MemoryCounters(int keys) {
        this.parts = new Part[Math.min(PARTS, Integer.highestOneBit(keys))];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Part(keys / parts.length);
        }
    }

    @Override
    public Grant take(String key, TokenBucket rule, long count, TimeSource time) {
        long now = time.nanos();
        return use(key, now, bucket -> bucket.take(rule, count, now));
    }

    /**
     * Takes the tokens in any case, also those that are not there yet.
     *
     * @return how long until they are there, in nanoseconds
     */
    long reserve(String key, TokenBucket rule, long count, TimeSource time) {
        long now = time.nanos();
        return use(key, now, bucket -> bucket.reserve(rule, count, now));
    }

    private <T> T use(String key, long now, Function<Bucket, T> use) {
        int hash = spread(key.hashCode());
        Part part = parts[hash & (parts.length - 1)];
        Bucket bucket;
        T result;
        synchronized (part) {
            bucket = part.find(key, now);
            result = use.apply(bucket != null ? bucket : part.shared(hash));
        }
        if (bucket == null) {
            full.happened(times -> LOG.warn(
                    "the {} buckets of a limit are all in use: other keys share some until there is room{}",
                    parts.length * parts[0].room,
                    LogLimit.others(times)));
        }
        return result;
    }

    /** How many keys are known. */
    int size() {
        int size = 0;
        for (Part part : parts) {
            synchronized (part) {
                size += part.buckets.size();
            }
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
        private final int room;
        private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);
        private final @Nullable Bucket[] shared = new Bucket[SHARED / PARTS];

        private Part(int room) {
            this.room = room;
        }

        /** The bucket of this key, or null if it is new and there is no room. */
        private @Nullable Bucket find(String key, long now) {
            Bucket known = buckets.get(key);
            if (known != null) {
                return known;
            }
            dropFull(now);
            if (buckets.size() >= room) {
                return null;
            }
            Bucket fresh = new Bucket();
            buckets.put(key, fresh);
            return fresh;
        }

        private void dropFull(long now) {
            int looks = Math.min(buckets.size(), buckets.size() < room ? LOOKS : LOOKS_WITHOUT_ROOM);
            for (int i = 0; i < looks; i++) {
                var oldest = buckets.entrySet().iterator().next();
                if (oldest.getValue().fullAtNanos <= now) {
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

        private Grant take(TokenBucket rule, long count, long now) {
            long whole = rule.nanosFor(rule.burst());
            long missing = Math.max(0, fullAtNanos - now);
            long next = missing + rule.nanosFor(count);
            boolean taken = next <= whole;
            if (taken) {
                fullAtNanos = now + next;
                missing = next;
            }
            return new Grant(taken, rule.in(whole - missing), taken ? 0 : next - whole);
        }

        private long reserve(TokenBucket rule, long count, long now) {
            long next = Math.max(0, fullAtNanos - now) + rule.nanosFor(count);
            fullAtNanos = now + next;
            return Math.max(0, next - rule.nanosFor(rule.burst()));
        }
    }
}
