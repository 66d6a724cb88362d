package dev.sluice.balancer.health;

import dev.sluice.balancer.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a check probes, and what its results come to: the values of {@link HealthCheck} of the same names.
 *
 * @param fastInterval null for a fifth of the interval
 */
record ProbeTiming(
        Duration interval,
        @Nullable Duration fastInterval,
        Duration timeout,
        double jitter,
        int rise,
        int fall,
        Duration grace,
        boolean beginsUp) {
    private static final int FASTER = 5;

    ProbeTiming {
        Require.positive("health check interval", interval);
        if (fastInterval != null
                && Require.positive("health check fastInterval", fastInterval).compareTo(interval) > 0) {
            throw new IllegalArgumentException(
                    "health check fastInterval must be at most interval (" + interval + "): " + fastInterval);
        }
        Require.positive("health check timeout", timeout);
        Require.atLeast("health check rise", 1, rise);
        Require.atLeast("health check fall", 1, fall);
        if (!(jitter >= 0 && jitter < 1)) {
            throw new IllegalArgumentException("health check jitter must be 0 or more and below 1: " + jitter);
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("health check grace must not be negative: " + grace);
        }
    }

    ProbeTiming withBeginsUp(boolean up) {
        return new ProbeTiming(interval, fastInterval, timeout, jitter, rise, fall, grace, up);
    }

    Duration fast() {
        return fastInterval != null ? fastInterval : interval.dividedBy(FASTER);
    }
}
