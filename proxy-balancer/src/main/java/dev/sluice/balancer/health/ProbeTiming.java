package dev.sluice.balancer.health;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a check probes, and what its results mean: the values of {@link HealthCheck} with the same names.
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
    /** The pause that G1 aims at: if a probe has no answer for this long, that means something. */
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(200);

    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(2);
    /** With a longer one, waiting for another probe costs more than a false alarm, which the next probe ends. */
    private static final Duration LONG_INTERVAL = Duration.ofSeconds(10);

    ProbeTiming {
        Require.positive("health check interval", interval);
        if (fastInterval != null
                && Require.positive("health check fastInterval", fastInterval).compareTo(interval) > 0) {
            throw new IllegalArgumentException("health check fastInterval must be at most interval ("
                    + DurationText.of(interval) + "): " + DurationText.of(fastInterval));
        }
        Require.positive("health check timeout", timeout);
        Require.atLeast("health check rise", 1, rise);
        Require.atLeast("health check fall", 1, fall);
        Require.belowOne("health check jitter", jitter);
        Require.notNegative("health check grace", grace);
    }

    /** The timeout where none is set. */
    static Duration timeoutFor(Duration interval) {
        Duration most = interval.compareTo(MAX_TIMEOUT) > 0 ? MAX_TIMEOUT : interval;
        return most.compareTo(MIN_TIMEOUT) < 0 ? MIN_TIMEOUT : most;
    }

    /** The rise where none is set. */
    static int riseFor(Duration interval) {
        return interval.compareTo(LONG_INTERVAL) > 0 ? 1 : 2;
    }

    /** The fall where none is set. */
    static int fallFor(Duration interval) {
        return interval.compareTo(LONG_INTERVAL) > 0 ? 2 : 3;
    }

    Duration fast() {
        return fastInterval != null ? fastInterval : interval.dividedBy(FASTER);
    }
}
