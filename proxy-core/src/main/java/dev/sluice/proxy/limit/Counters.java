package dev.sluice.proxy.limit;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;

/**
 * The buckets behind a {@link RateLimit}, one for each key. {@link #inMemory} is the one in this JVM; your own may be
 * shared by several proxies. Called from many threads at once.
 */
@FunctionalInterface
public interface Counters {
    /** How many keys there is room for by default. */
    int DEFAULT_KEYS = 100_000;

    /**
     * Takes {@code count} tokens out of the bucket of a key: all of them or none. A bucket that is not known is full. It
     * may block for one round trip, and is atomic for the key: of two calls at once each finds what the other has left.
     *
     * @param key at most 64 characters, after the name of the limit and a colon
     * @param rule of that bucket, the same at each call for this key
     * @param count at least 1, and at most the rule's burst; many at once may be spent elsewhere one by one
     * @param time the clock of the exchange: counters in this JVM count by it, others use it only for their own deadline
     * @throws IOException if the counters cannot be asked: what happens then is {@link RateLimit#withNoCounters}, as for any
     *     other exception
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Grant take(String key, TokenBucket rule, long count, TimeSource time) throws IOException, InterruptedException;

    /**
     * Counters in this JVM with room for {@code keys} keys, of about 150 bytes each. A bucket is forgotten only when it is
     * full again, the one that was not used for the longest first, as a full one is the same as a new one. If there is no
     * room because all of them are in use, further keys share up to 1,024 buckets of the same rule, each key always the same
     * one, until there is room: so more keys than that let no more through, and the log says so once a minute.
     *
     * @throws IllegalArgumentException if the number is not positive; the message shows it
     */
    static Counters inMemory(int keys) {
        return new MemoryCounters(Require.positive("counters keys", keys));
    }

    /**
     * The answer to one take.
     *
     * @param taken whether the tokens were taken; if not, nothing was
     * @param left how many tokens are in the bucket now
     * @param waitNanos how long until that number could be taken, if nobody else takes any; 0 if they were taken
     */
    record Grant(boolean taken, long left, long waitNanos) {}
}
