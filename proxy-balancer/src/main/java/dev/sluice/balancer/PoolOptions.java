package dev.sluice.balancer;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.internal.Overflow;
import dev.sluice.balancer.internal.Subset;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.balancer.tier.ZonePreference;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The options of a pool while they are set, with their defaults. For one thread. */
final class PoolOptions {
    String name = "pool";
    RetryPolicy retry = RetryPolicy.DEFAULT;

    @Nullable
    HedgePolicy hedge;

    @Nullable
    Parking parking;

    @Nullable
    Affinity affinity;

    @Nullable
    HealthCheck health;

    EjectionPolicy ejection = EjectionPolicy.DEFAULT;

    @Nullable
    BreakerPolicy breaker;

    @Nullable
    SlowStart slowStart;

    @Nullable
    MemberLimit limit;

    Overflow overflow = Overflow.DEFAULT;

    @Nullable
    ZonePreference zone;

    PanicPolicy panic = PanicPolicy.DEFAULT;

    @Nullable
    Subset subset;

    Duration latencyDecay = Duration.ofSeconds(2);
    TimeSource time = TimeSource.system();
    RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

    /**
     * What was set.
     *
     * @throws IllegalArgumentException if an option is out of range; the message names it and its value
     */
    PoolSettings checked() {
        return new PoolSettings(
                name,
                retry,
                hedge,
                parking,
                affinity,
                health,
                ejection,
                breaker,
                slowStart,
                limit,
                overflow,
                zone,
                panic,
                subset,
                latencyDecay,
                time,
                random);
    }
}
