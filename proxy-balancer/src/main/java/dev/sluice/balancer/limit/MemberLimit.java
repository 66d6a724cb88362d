package dev.sluice.balancer.limit;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Objects;

/**
 * How many requests each member of a pool gets at once, and how many wait while all members are full. The limit is a
 * fixed number, or follows the member's latency between two bounds. Immutable.
 *
 * <pre>{@code
 * MemberLimit fixed = MemberLimit.fixed(100);
 * MemberLimit adaptive = MemberLimit.builder().min(3).max(500).queue(200).maxWait(Duration.ofSeconds(2)).build();
 * }</pre>
 *
 * <p>The adaptive limit is {@link dev.sluice.proxy.limit.AdaptiveLimit}, which explains it, for each member: a member with k
 * slots that is always full gets about k * (1 + tolerance), and a queue of the square root of that.
 */
public final class MemberLimit {
    /** No limit. */
    public static final MemberLimit NONE = fixed(Integer.MAX_VALUE);

    private final Builder setup;

    private MemberLimit(Builder setup) {
        this.setup = setup;
    }

    /**
     * A fixed limit, with the default queue.
     *
     * @throws IllegalArgumentException if it is below 1; the message shows it
     */
    public static MemberLimit fixed(int requests) {
        return adaptive(requests, requests);
    }

    /**
     * A limit that follows latency, with the default queue.
     *
     * @throws IllegalArgumentException if a bound is below 1, or the first is above the second; the message shows them
     */
    public static MemberLimit adaptive(int min, int max) {
        return builder().min(min).max(max).build();
    }

    /** A builder of an adaptive limit from 3 to 1,000. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with what this limit has. */
    public Builder toBuilder() {
        return new Builder(setup);
    }

    /** The lowest limit; the only one if it is fixed. */
    public int min() {
        return setup.min;
    }

    /** The highest limit; the only one if it is fixed. */
    public int max() {
        return setup.max;
    }

    /** The limit that a member begins with. */
    public int initial() {
        return Math.max(setup.min, Math.min(setup.max, setup.initial));
    }

    /** Returns whether there is a limit at all. */
    boolean limited() {
        return setup.min < Integer.MAX_VALUE;
    }

    /** How many requests may wait while all of this number of members are full. */
    public int queue(int members) {
        return (int) Math.min(Integer.MAX_VALUE, setup.queue + (long) setup.queuePerMember * members);
    }

    /** The longest time that a request waits. */
    public Duration maxWait() {
        return setup.maxWait;
    }

    /** How much longer than the base the median may be before an adaptive limit shrinks. */
    public double tolerance() {
        return setup.tolerance;
    }

    /** The time over which an adaptive limit collects latencies before it changes. */
    public Duration window() {
        return setup.window;
    }

    /** The time after which the base of a busy member is measured again. */
    public Duration remeasure() {
        return setup.remeasure;
    }

    /** The limit in words. */
    @Override
    public String toString() {
        return !limited() ? "no limit" : setup.min == setup.max ? "limit " + min() : "limit " + min() + " to " + max();
    }

    /** Sets up a limit. For one thread. */
    public static final class Builder {
        private int min = 3;
        private int max = 1_000;
        private int initial = 20;
        private double tolerance = 0.25;
        private Duration window = Duration.ofMillis(100);
        private Duration remeasure = Duration.ofMinutes(1);
        private int queue = 1_000;
        private int queuePerMember;
        private Duration maxWait = Duration.ofSeconds(5);

        private Builder() {}

        private Builder(Builder other) {
            min = other.min;
            max = other.max;
            initial = other.initial;
            tolerance = other.tolerance;
            window = other.window;
            remeasure = other.remeasure;
            queue = other.queue;
            queuePerMember = other.queuePerMember;
            maxWait = other.maxWait;
        }

        /** Sets {@link MemberLimit#min()}; 3 by default. The same number as {@link #max} is a fixed limit. */
        public Builder min(int requests) {
            this.min = requests;
            return this;
        }

        /** Sets {@link MemberLimit#max()}; 1,000 by default. */
        public Builder max(int requests) {
            this.max = requests;
            return this;
        }

        /** The first value of an adaptive limit, if it is within the bounds; 20 by default. */
        public Builder initial(int requests) {
            this.initial = requests;
            return this;
        }

        /** How much longer than the base the median may be before an adaptive limit shrinks; 0.25 by default. */
        public Builder tolerance(double part) {
            this.tolerance = part;
            return this;
        }

        /**
         * The time over which an adaptive limit collects latencies, at least 10 of them, before it changes; 100 ms by
         * default, and always at least two times the median.
         */
        public Builder window(Duration time) {
            this.window = Objects.requireNonNull(time, "window");
            return this;
        }

        /**
         * The time after which the base of a busy member is measured again; 1 min by default, and up to 15 % more by
         * chance. If the limit has halved since, a tenth of this time is enough.
         */
        public Builder remeasure(Duration interval) {
            this.remeasure = Objects.requireNonNull(interval, "remeasure");
            return this;
        }

        /**
         * How many requests in total may wait while every member is full; 1,000 by default. If this and {@link
         * #queuePerMember} are 0, a request that finds all members full fails at once.
         */
        public Builder queue(int requests) {
            this.queue = requests;
            return this;
        }

        /** How many more may wait for each member of the pool; 0 by default. */
        public Builder queuePerMember(int requests) {
            this.queuePerMember = requests;
            return this;
        }

        /** The longest time that a request waits; 5 s by default. The exchange's deadline counts too. */
        public Builder maxWait(Duration time) {
            this.maxWait = Objects.requireNonNull(time, "maxWait");
            return this;
        }

        /**
         * The limit.
         *
         * @throws IllegalArgumentException if an option is out of range; the message names it and its value
         */
        public MemberLimit build() {
            if (min < 1 || max < min) {
                throw new IllegalArgumentException(
                        "member limit must be at least 1, and max not below min: " + min + " to " + max);
            }
            Require.atLeast("member limit initial", 1, initial);
            Require.atLeast("member limit queue", 0, queue);
            Require.atLeast("member limit queuePerMember", 0, queuePerMember);
            Require.within("member limit tolerance", 0, 10, tolerance);
            Require.aboveZero("member limit window", Duration.ofDays(1), window);
            Require.aboveZero("member limit remeasure", Duration.ofDays(1), remeasure);
            Require.aboveZero("member limit maxWait", Duration.ofDays(1), maxWait);
            return new MemberLimit(new Builder(this));
        }
    }
}
