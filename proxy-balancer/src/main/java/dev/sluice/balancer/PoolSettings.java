package dev.sluice.balancer;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.time.TimeSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the user asked of the pool as a whole. */
record PoolSettings(
        String name,
        int maxAttempts,
        EjectionPolicy ejection,
        @Nullable HealthCheck health,
        TimeSource time,
        RandomGenerator random) {
    PoolSettings {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1: " + maxAttempts);
        }
    }
}
