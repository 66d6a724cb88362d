package dev.sluice.balancer.simulation;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.limit.Timeouts;
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
    Setup {
        servers = List.copyOf(servers);
        spares = Set.copyOf(spares);
        fields = List.copyOf(fields);
        changes = List.copyOf(changes);
    }

    /** A field of the requests. */
    record Field(String name, Keys keys) {}

    /** A change of the pool. */
    record Change(long atNanos, BiConsumer<UpstreamPool, Function<String, Member>> change) {}
}
