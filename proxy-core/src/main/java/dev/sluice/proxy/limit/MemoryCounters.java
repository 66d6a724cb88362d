package dev.sluice.proxy.limit;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.internal.RateBuckets;
import dev.sluice.proxy.time.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The counters of {@link Counters#inMemory}. */
final class MemoryCounters implements Counters {
    private static final Logger LOG = LoggerFactory.getLogger(Counters.class);

    private final RateBuckets buckets;
    private final LogLimit lines = new LogLimit(1, TimeSource.system()::nanos);

    MemoryCounters(int keys) {
        this.buckets = new RateBuckets(keys, this::logSharing);
    }

    @Override
    public Grant take(String key, TokenBucket rule, long count, TimeSource time) {
        long whole = rule.nanosFor(rule.burst());
        long cost = rule.nanosFor(count);
        long next = buckets.take(key, cost, whole, time.nanos());
        return next <= whole
                ? new Grant(true, rule.in(whole - next), 0)
                : new Grant(false, rule.in(whole - (next - cost)), next - whole);
    }

    /**
     * Takes the tokens in any case, also those that are not there yet.
     *
     * @return how long until they are there, in nanoseconds
     */
    long reserve(String key, TokenBucket rule, long count, TimeSource time) {
        long next = buckets.reserve(key, rule.nanosFor(count), time.nanos());
        return Math.max(0, next - rule.nanosFor(rule.burst()));
    }

    /** How many keys are known. */
    int size() {
        return buckets.size();
    }

    private void logSharing() {
        lines.happened(times -> LOG.warn(
                "the {} buckets of a limit are all in use: other keys share some until there is room{}",
                buckets.room(),
                LogLimit.others(times)));
    }
}
