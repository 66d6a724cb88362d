package dev.sluice.balancer.internal;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Random times, so that waiters for the same thing do not all come back at once. */
public final class Jitter {
    private Jitter() {}

    /** Any time between two bounds, both included, each equally likely ("full jitter"). */
    public static Duration between(Duration least, Duration most, RandomGenerator random) {
        long from = least.toNanos();
        return Duration.ofNanos(from + random.nextLong(most.toNanos() - from + 1));
    }
}
