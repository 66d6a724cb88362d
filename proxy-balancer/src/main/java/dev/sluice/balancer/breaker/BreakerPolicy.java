package dev.sluice.balancer.breaker;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * When a {@link CircuitBreaker} opens, for how long, and what closes it again. Immutable.
 *
 * <pre>{@code
 * BreakerPolicy policy = BreakerPolicy.builder().failures(3).openFor(Duration.ofSeconds(2)).build();
 * }</pre>
 */
public final class BreakerPolicy {
    /** The defaults. */
    public static final BreakerPolicy DEFAULT = builder().build();

    private final int failures;
    private final int failurePercent;
    private final int minRequests;
    private final Duration window;
    private final Duration openFor;
    private final Duration maxOpenFor;
    private final int trials;
    private final int successes;
    private final Duration trialTimeout;

    private BreakerPolicy(Builder setup) {
        this.failures = setup.failures;
        this.failurePercent = setup.failurePercent;
        this.minRequests = setup.minRequests;
        this.window = setup.window;
        this.openFor = setup.openFor;
        this.maxOpenFor = setup.maxOpenFor;
        this.trials = setup.trials;
        this.successes = setup.successes;
        this.trialTimeout = setup.trialTimeout;
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with what this policy has. */
    public Builder toBuilder() {
        return new Builder()
                .failures(failures)
                .failurePercent(failurePercent)
                .minRequests(minRequests)
                .window(window)
                .openFor(openFor)
                .maxOpenFor(maxOpenFor)
                .trials(trials)
                .successes(successes)
                .trialTimeout(trialTimeout);
    }

    /**
     * The number of failures in a row that open it; 0 for never. At a pool's member the attempts of one request count
     * once.
     */
    public int failures() {
        return failures;
    }

    /** The percentage of failures within the window from which it opens; 0 for never. */
    public int failurePercent() {
        return failurePercent;
    }

    /** The least number of calls within the window for {@link #failurePercent()} to count. */
    public int minRequests() {
        return minRequests;
    }

    /** The time over which {@link #failurePercent()} is measured. */
    public Duration window() {
        return window;
    }

    /** How long it is open before the first trial. */
    public Duration openFor() {
        return openFor;
    }

    /** The longest time that it is open: after each failed trial the time doubles. */
    public Duration maxOpenFor() {
        return maxOpenFor;
    }

    /** The number of trials that may run at once while it is half-open. */
    public int trials() {
        return trials;
    }

    /** The number of trials that must succeed to close it. */
    public int successes() {
        return successes;
    }

    /** The time without a result after which one more trial is let through, as running ones may never end. */
    public Duration trialTimeout() {
        return trialTimeout;
    }

    /** How long it is open after {@code failedTrials} in a row. */
    Duration openFor(int failedTrials) {
        Duration time = openFor;
        for (int i = 0; i < failedTrials && time.compareTo(maxOpenFor) < 0; i++) {
            time = time.multipliedBy(2);
        }
        return time.compareTo(maxOpenFor) < 0 ? time : maxOpenFor;
    }

    /** The policy in a few words. */
    @Override
    public String toString() {
        String inRow = failures == 0 ? "" : failures + " failures in a row";
        String rate = failurePercent == 0
                ? ""
                : failurePercent + " % failures of " + minRequests + " requests in " + DurationText.of(window);
        String or = inRow.isEmpty() || rate.isEmpty() ? "" : " or ";
        return inRow.isEmpty() && rate.isEmpty()
                ? "never open"
                : "open for " + DurationText.of(openFor) + " after " + inRow + or + rate;
    }

    /** Sets up a policy. For one thread. */
    public static final class Builder {
        private int failures = 5;
        private int failurePercent = 50;
        private int minRequests = 20;
        private Duration window = Duration.ofSeconds(10);
        private Duration openFor = Duration.ofSeconds(5);
        private Duration maxOpenFor = Duration.ofMinutes(1);
        private int trials = 1;
        private int successes = 2;
        private Duration trialTimeout = Duration.ofSeconds(30);

        private Builder() {}

        /** Sets {@link BreakerPolicy#failures()}; 5 by default. */
        public Builder failures(int inRow) {
            this.failures = inRow;
            return this;
        }

        /** Sets {@link BreakerPolicy#failurePercent()}; 50 by default. */
        public Builder failurePercent(int percent) {
            this.failurePercent = percent;
            return this;
        }

        /** Sets {@link BreakerPolicy#minRequests()}; 20 by default. */
        public Builder minRequests(int requests) {
            this.minRequests = requests;
            return this;
        }

        /** Sets {@link BreakerPolicy#window()}; 10 s by default. */
        public Builder window(Duration window) {
            this.window = window;
            return this;
        }

        /** Sets {@link BreakerPolicy#openFor()}; 5 s by default. */
        public Builder openFor(Duration time) {
            this.openFor = time;
            return this;
        }

        /** Sets {@link BreakerPolicy#maxOpenFor()}; 1 min by default. */
        public Builder maxOpenFor(Duration time) {
            this.maxOpenFor = time;
            return this;
        }

        /** Sets {@link BreakerPolicy#trials()}; 1 by default. */
        public Builder trials(int atOnce) {
            this.trials = atOnce;
            return this;
        }

        /** Sets {@link BreakerPolicy#successes()}; 2 by default. */
        public Builder successes(int trials) {
            this.successes = trials;
            return this;
        }

        /** Sets {@link BreakerPolicy#trialTimeout()}; 30 s by default. */
        public Builder trialTimeout(Duration timeout) {
            this.trialTimeout = timeout;
            return this;
        }

        /**
         * The policy.
         *
         * @throws IllegalArgumentException if an option is out of range; the message names it and its value
         */
        public BreakerPolicy build() {
            Require.atLeast("breaker failures", 0, failures);
            Require.within("breaker failurePercent", 0, 100, failurePercent);
            Require.atLeast("breaker minRequests", 1, minRequests);
            Require.positive("breaker window", window);
            Require.positive("breaker openFor", openFor);
            Require.atLeast("breaker maxOpenFor", "openFor", openFor, maxOpenFor);
            Require.atLeast("breaker trials", 1, trials);
            Require.atLeast("breaker successes", 1, successes);
            Require.positive("breaker trialTimeout", trialTimeout);
            return new BreakerPolicy(this);
        }
    }
}
