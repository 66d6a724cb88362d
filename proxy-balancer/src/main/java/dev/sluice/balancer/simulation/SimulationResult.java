package dev.sluice.balancer.simulation;

import dev.sluice.balancer.PoolEvent;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the clients saw, and what the pool did. Totals cover the requests after the warm-up; the timeline and the events
 * cover the whole time. {@link #toString()} is everything as text, the same for the same seed.
 *
 * <p>An error is a request that failed, or was answered with a status of 500 or above.
 */
public final class SimulationResult {
    private final Setup setup;
    private final Latencies latency;
    private final Latencies errorLatency;
    private final Map<Outcome, Long> outcomes;
    private final Map<Integer, Long> statuses;
    private final Extra extra;
    private final Optional<Duration> firstError;
    private final Optional<Duration> lastError;
    private final List<MemberResult> members;
    private final List<Interval> timeline;
    private final List<PoolEvent> events;

    SimulationResult(
            Setup setup,
            Latencies latency,
            Latencies errorLatency,
            Map<Outcome, Long> outcomes,
            Map<Integer, Long> statuses,
            Extra extra,
            Optional<Duration> firstError,
            Optional<Duration> lastError,
            List<MemberResult> members,
            List<Interval> timeline,
            List<PoolEvent> events) {
        this.setup = setup;
        this.latency = latency;
        this.errorLatency = errorLatency;
        this.outcomes = outcomes;
        this.statuses = statuses;
        this.extra = extra;
        this.firstError = firstError;
        this.lastError = lastError;
        this.members = members;
        this.timeline = timeline;
        this.events = events;
    }

    /** The number of requests that have ended. */
    public long requests() {
        return latency.count();
    }

    /** How many of them were errors. */
    public long errors() {
        return errorLatency.count();
    }

    /** How many requests had not ended when the simulation did, an hour of its time after the last request came. */
    public long unfinished() {
        return extra.unfinished();
    }

    /** How long the requests took, errors included. */
    public Latencies latency() {
        return latency;
    }

    /**
     * The share of the requests that were answered, and not with an error, within this time, to 1.6 % of the time; 1
     * when there were no requests.
     */
    public double answeredWithin(Duration time) {
        return requests() == 0 ? 1 : (double) (latency.within(time) - errorLatency.within(time)) / requests();
    }

    /** The number of requests for each outcome that occurred. */
    public Map<Outcome, Long> outcomes() {
        return outcomes;
    }

    /** The number of requests for each status that a client got. */
    public Map<Integer, Long> statuses() {
        return statuses;
    }

    /** The attempts at all members. */
    public long attempts() {
        long sum = 0;
        for (MemberResult member : members) {
            sum += member.attempts();
        }
        return sum;
    }

    /** The attempts after another of the same request had failed, or been answered in a way that is retried. */
    public long retries() {
        return extra.retries();
    }

    /** The attempts beside another of the same request that was slow. */
    public long hedges() {
        return extra.hedges();
    }

    /** When the first request that was an error came; empty without errors. */
    public Optional<Duration> firstError() {
        return firstError;
    }

    /** When the last request that was an error came; empty without errors. */
    public Optional<Duration> lastError() {
        return lastError;
    }

    /** The servers, those in reserve included, in the order in which they were given. */
    public List<MemberResult> members() {
        return members;
    }

    /**
     * The server with this id.
     *
     * @throws IllegalArgumentException if there is none
     */
    public MemberResult member(String id) {
        for (MemberResult member : members) {
            if (member.id().equals(id)) {
                return member;
            }
        }
        throw new IllegalArgumentException("there is no simulated server \"" + id + "\"");
    }

    /** What happened when, interval by interval. */
    public List<Interval> timeline() {
        return timeline;
    }

    /** What changed in the pool; the simulation began at 1970-01-01T00:00:00Z. */
    public List<PoolEvent> events() {
        return events;
    }

    /** The totals, as a table of text. */
    public String table() {
        return new ResultText(this).totals();
    }

    /** The timeline, as a table of text. */
    public String timelineTable() {
        return new ResultText(this).timeline();
    }

    /** Everything, as tables of text. */
    @Override
    public String toString() {
        return new ResultText(this).all();
    }

    Setup setup() {
        return setup;
    }

    /** Counts that stand beside those of the requests. */
    record Extra(long retries, long hedges, long unfinished) {}

    /**
     * What one server got.
     *
     * @param id the member's id
     * @param attempts the attempts that were sent to it
     * @param share its part of all attempts, 0 to 1
     * @param failures those that failed without an answer, over the whole time
     * @param firstAttempt when the first was sent; empty when there was none
     * @param lastAttempt when the last was sent; empty when there was none
     */
    public record MemberResult(
            String id,
            long attempts,
            double share,
            long failures,
            Optional<Duration> firstAttempt,
            Optional<Duration> lastAttempt) {}

    /**
     * One step of the timeline. A request belongs to the interval in which it came, an attempt to that in which it was
     * sent, and the last interval has what came after it too.
     *
     * @param from when it begins
     * @param requests the requests that came
     * @param errors those of them that were errors
     * @param latency how long they took
     * @param attempts how many attempts were sent to each server, by its id
     */
    public record Interval(Duration from, long requests, long errors, Latencies latency, Map<String, Long> attempts) {
        /** The server's part of the attempts in this interval, 0 to 1; 0 when there were none. */
        public double share(String id) {
            long sum = 0;
            for (long count : attempts.values()) {
                sum += count;
            }
            return sum == 0 ? 0 : (double) attempts.getOrDefault(id, 0L) / sum;
        }
    }

    /**
     * How long requests took, errors included: their distribution. Times are counted in classes that are at most 1.6 %
     * wide, and told by the middle of their class; mean and maximum are exact.
     */
    public static final class Latencies {
        /** Classes in each power of two. */
        private static final int CLASSES = 64;

        private static final int BITS = 6;

        private int[] counts = new int[0];
        private long count;
        private long maxNanos;
        private double sumNanos;

        Latencies() {}

        void add(long nanos) {
            int index = index(nanos);
            if (index >= counts.length) {
                counts = Arrays.copyOf(counts, index + CLASSES);
            }
            counts[index]++;
            count++;
            sumNanos += nanos;
            maxNanos = Math.max(maxNanos, nanos);
        }

        /** How many there were. */
        public long count() {
            return count;
        }

        /** The mean; zero when there were none. */
        public Duration mean() {
            return Duration.ofNanos(count == 0 ? 0 : Math.round(sumNanos / count));
        }

        /** The longest; zero when there were none. */
        public Duration max() {
            return Duration.ofNanos(maxNanos);
        }

        /**
         * The time that this percentage of the requests took at most, to 0.8 %; zero when there were none.
         *
         * @param percent above 0, up to 100: 99.9 for the time that one in a thousand exceeded
         * @throws IllegalArgumentException if it is out of range
         */
        public Duration percentile(double percent) {
            Require.aboveZero("percent", 100, percent);
            // Of 10,000 requests 9,990 are 99.9 %, and not one more for what a double makes of it.
            long wanted = (long) Math.ceil(count * (percent / 100) - 1e-6);
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= wanted && seen > 0) {
                    return Duration.ofNanos(Math.min(maxNanos, middle(i)));
                }
            }
            return Duration.ofNanos(maxNanos);
        }

        /** How many took at most so long; those of the class that the time is in count. */
        long within(Duration time) {
            int last = Math.min(counts.length - 1, index(time.toNanos()));
            long sum = 0;
            for (int i = 0; i <= last; i++) {
                sum += counts[i];
            }
            return sum;
        }

        /** Up to 63 each number has its class; above that each power of two has 64. */
        private static int index(long nanos) {
            if (nanos < CLASSES) {
                return (int) nanos;
            }
            int shift = Long.SIZE - 1 - BITS - Long.numberOfLeadingZeros(nanos);
            return (shift << BITS) + (int) (nanos >>> shift);
        }

        /** The number in the middle of a class. */
        private static long middle(int index) {
            if (index < 2 * CLASSES) {
                return index;
            }
            int shift = (index >>> BITS) - 1;
            long least = (long) (index - (shift << BITS)) << shift;
            return least + ((1L << shift) - 1) / 2;
        }
    }
}
