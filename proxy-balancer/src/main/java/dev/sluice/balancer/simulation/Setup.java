package dev.sluice.balancer.simulation;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.limit.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** The options of a simulation. Immutable. */
record Setup(
        Consumer<UpstreamPool.Builder> pool,
        List<SimulatedMember> servers,
        Set<String> spares,
        Load load,
        long durationNanos,
        long warmUpNanos,
        long intervalNanos,
        long seed,
        double postShare,
        List<Field> fields,
        int clients,
        Timeouts timeouts,
        List<Change> changes) {
    private static final int MAX_CLIENTS = 1 << 20;
    private static final int MAX_INTERVALS = 100_000;

    /** Checks what depends on several options, and the numbers. */
    Setup {
        if (warmUpNanos >= durationNanos) {
            throw new IllegalArgumentException(
                    "warmUp must be below " + text(durationNanos) + ": " + text(warmUpNanos));
        }
        if (durationNanos / intervalNanos > MAX_INTERVALS) {
            throw new IllegalArgumentException("interval must be at least " + text(durationNanos / MAX_INTERVALS)
                    + " for " + text(durationNanos) + ": " + text(intervalNanos));
        }
        Require.within("postShare", 0, 1, postShare);
        Require.within("clients", 1, MAX_CLIENTS, clients);
        servers = List.copyOf(servers);
        spares = Set.copyOf(spares);
        fields = List.copyOf(fields);
        changes = List.copyOf(changes);
    }

    private static String text(long nanos) {
        return DurationText.of(Duration.ofNanos(nanos));
    }

    /** A field of the requests. */
    record Field(String name, Keys keys) {}

    /** A change of the pool. */
    record Change(long atNanos, BiConsumer<UpstreamPool, Function<String, Member>> change) {}
}
