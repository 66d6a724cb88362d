package dev.sluice.balancer.discovery;

import dev.sluice.proxy.time.TimeSource;
import java.util.random.RandomGenerator;

/** What the builder of a {@link DiscoveryFeed} was told. Immutable. */
record FeedSettings(
        String name,
        long intervalNanos,
        long minBackoffNanos,
        long maxBackoffNanos,
        DampingPolicy damping,
        TimeSource time,
        RandomGenerator random) {}
