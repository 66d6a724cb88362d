package dev.sluice.balancer.status;

import dev.sluice.proxy.time.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts what ended in each step of the last while: a ring of steps, of which each begins anew when its time comes again.
 * Times are kept in quarters of their power of two, so a quantile is right within an eighth. Nothing runs beside it: a
 * step is begun by the first that counts in it. Safe for use by many threads; what ends in the moment in which a step
 * begins anew may be counted in neither.
 */
final class RecentTraffic {
    /** Times below 2^16 ns, 66 us, are one bucket. */
    private static final int LEAST_EXPONENT = 16;

    /** Up to 2^37 ns, 137 s; longer ones are in the last bucket. */
    private static final int BUCKETS = 1 + 4 * (37 - LEAST_EXPONENT);

    private final TimeSource time;
    private final long stepNanos;
    private final long beginNanos;
    private final AtomicReferenceArray<@Nullable Step> ring;

    /** @param beginNanos since when everything is counted: a rate is of the time since then at most */
    RecentTraffic(TimeSource time, long beginNanos, long stepNanos, int steps) {
        this.time = time;
        this.stepNanos = stepNanos;
        this.beginNanos = beginNanos;
        // One more, for the step that is going on.
        this.ring = new AtomicReferenceArray<>(steps + 1);
    }

    private static final class Step {
        private final long number;
        private final AtomicInteger ended = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final AtomicIntegerArray times = new AtomicIntegerArray(BUCKETS);

        private Step(long number) {
            this.number = number;
        }
    }

    /** How many steps it shows. */
    int steps() {
        return ring.length() - 1;
    }

    /** One has ended. */
    void add(long tookNanos, boolean failed) {
        Step now = step(number());
        now.ended.incrementAndGet();
        if (failed) {
            now.failed.incrementAndGet();
        }
        now.times.incrementAndGet(bucket(tookNanos));
    }

    private long number() {
        return time.nanos() / stepNanos;
    }

    private Step step(long number) {
        int place = (int) (number % ring.length());
        Step known = ring.get(place);
        while (known == null || known.number < number) {
            ring.compareAndSet(place, known, new Step(number));
            known = ring.get(place);
        }
        return known;
    }

    /** The steps that ended last, added up. */
    Sum last(int steps) {
        return sum(steps, 1);
    }

    /** One step; 1 is the one that ended last. */
    Sum stepAgo(int ago) {
        return sum(1, ago);
    }

    private Sum sum(int steps, int newest) {
        long now = number();
        long nanos = 0;
        Sum sum = new Sum();
        for (int ago = newest; ago < newest + steps; ago++) {
            long number = now - ago;
            // Of the step in which this began, the part that it has seen.
            nanos += Math.max(0, (number + 1) * stepNanos - Math.max(number * stepNanos, beginNanos));
            if (number >= 0) {
                Step step = ring.get((int) (number % ring.length()));
                if (step != null && step.number == number) {
                    sum.add(step);
                }
            }
        }
        // Else one that ended at once would make a rate of thousands.
        sum.nanos = Math.max(stepNanos, nanos);
        return sum;
    }

    /** What ended in some steps. */
    static final class Sum {
        private long nanos;
        private long ended;
        private long failed;
        private final long[] times = new long[BUCKETS];

        private void add(Step step) {
            ended += step.ended.get();
            failed += step.failed.get();
            for (int i = 0; i < BUCKETS; i++) {
                times[i] += step.times.get(i);
            }
        }

        /** How many ended a second. */
        double rate() {
            return ended * 1e9 / nanos;
        }

        /** How many failed a second. */
        double failedRate() {
            return failed * 1e9 / nanos;
        }

        /** The time in which this part of them ended, in milliseconds; NaN if none has. */
        double millis(double part) {
            long total = 0;
            for (long each : times) {
                total += each;
            }
            long rank = Math.max(1, (long) Math.ceil(part * total));
            long seen = 0;
            for (int i = 0; i < BUCKETS; i++) {
                seen += times[i];
                if (seen >= rank) {
                    return middleNanos(i) / 1e6;
                }
            }
            return Double.NaN;
        }
    }

    private static int bucket(long nanos) {
        int exponent = 63 - Long.numberOfLeadingZeros(Math.max(1, nanos));
        if (exponent < LEAST_EXPONENT) {
            return 0;
        }
        int quarter = (int) (nanos >>> (exponent - 2)) & 3;
        return Math.min(BUCKETS - 1, 1 + 4 * (exponent - LEAST_EXPONENT) + quarter);
    }

    private static double middleNanos(int bucket) {
        if (bucket == 0) {
            return 1 << (LEAST_EXPONENT - 1);
        }
        int exponent = LEAST_EXPONENT + (bucket - 1) / 4;
        int quarter = (bucket - 1) % 4;
        return (8 + 2 * quarter + 1) * (double) (1L << (exponent - 3));
    }
}
