package dev.sluice.balancer.live;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.internal.Jitter;
import dev.sluice.balancer.internal.Overflow;
import dev.sluice.balancer.internal.Subset;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.balancer.tier.ZonePreference;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The options of the pool as a whole; null for features that are off. */
public record PoolSettings(
        String name,
        RetryPolicy retry,
        @Nullable HedgePolicy hedge,
        @Nullable Parking parking,
        @Nullable Affinity affinity,
        @Nullable HealthCheck health,
        EjectionPolicy ejection,
        @Nullable BreakerPolicy breaker,
        @Nullable SlowStart slowStart,
        @Nullable MemberLimit limit,
        Overflow overflow,
        @Nullable ZonePreference zone,
        PanicPolicy panic,
        @Nullable Subset subset,
        Duration latencyDecay,
        TimeSource time,
        RandomGenerator random) {
    /**
     * Checks the options that do not check themselves.
     *
     * @throws IllegalArgumentException if {@code latencyDecay} is out of range; the message shows it
     */
    public PoolSettings {
        PeakEwma.requireTau(latencyDecay);
    }

    /** A time to wait before the same member gets a request again. */
    public Duration backoff() {
        return Jitter.between(retry.minBackoff(), retry.maxBackoff(), random);
    }

    /** Returns whether a member can refuse a request: because it is full, or its breaker is open. */
    public boolean gated() {
        return limit != null || breaker != null;
    }
}
