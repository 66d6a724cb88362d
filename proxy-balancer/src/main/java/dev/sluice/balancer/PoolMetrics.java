package dev.sluice.balancer;

import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.Metrics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Numbers of a pool and of its members, read from {@link UpstreamPool#snapshot()}. Members that leave the pool are gone from
 * them, so replaced members do not pile up. Its meters are in docs/metrics.md.
 */
public final class PoolMetrics {
    private static final double NANOS = 1e9;

    private static final Meter IN_FLIGHT =
            Meter.gauge("sluice_pool_in_flight", "Attempts that have not ended, of removed members too.", "pool");

    private static final Meter PARKED = Meter.gauge("sluice_pool_parked", "Requests that wait for a member.", "pool");

    private static final Meter PANIC =
            Meter.gauge("sluice_pool_panic", "1 if too few members are well, so that all get requests.", "pool");

    private static final Meter MEMBERS = Meter.gauge("sluice_pool_members", "Members by state.", "pool", "state");

    private static final Meter STATE =
            Meter.gauge("sluice_member_state", "1 for the state that a member is in.", "pool", "member", "state");

    private static final Meter MEMBER_IN_FLIGHT =
            Meter.gauge("sluice_member_in_flight", "Attempts at a member that have not ended.", "pool", "member");

    private static final Meter WEIGHT = Meter.gauge(
            "sluice_member_weight",
            "The weight in effect: less than the one set during a slow start.",
            "pool",
            "member");

    private static final Meter LATENCY = Meter.gauge(
            "sluice_member_latency_seconds", "Moving average of the time to a response's head.", "pool", "member");

    private static final Meter REQUESTS =
            Meter.counter("sluice_member_requests", "Attempts that a member was given.", "pool", "member");

    private static final Meter FAILURES = Meter.counter(
            "sluice_member_failures", "Attempts that failed by the member's own fault.", "pool", "member");

    private static final Meter EVENTS =
            Meter.counter("sluice_pool_events", "What has changed in a pool, by kind.", "pool", "kind");

    private PoolMetrics() {}

    /**
     * Counts a pool's events: give it to {@code UpstreamPool.builder().addListener(…)}.
     *
     * @param pool the pool's name
     */
    public static PoolEvent.Listener events(Metrics metrics, String pool) {
        Objects.requireNonNull(pool, "pool");
        Metrics.Recorder events = metrics.recorder(EVENTS);
        return event -> events.record(1, pool, event.kind().name().toLowerCase(Locale.ROOT));
    }

    /**
     * Has a pool's numbers read from now on. Pools with the same metrics need different names.
     *
     * @return ends all of it; the pool does not do so when it is closed
     */
    public static Metrics.Reading read(Metrics metrics, UpstreamPool pool) {
        Objects.requireNonNull(pool, "pool");
        List<Metrics.Reading> readings = List.of(
                pool(metrics, IN_FLIGHT, pool, PoolSnapshot::inFlight),
                pool(metrics, PARKED, pool, PoolSnapshot::parked),
                pool(metrics, PANIC, pool, now -> now.panic() ? 1 : 0),
                metrics.read(MEMBERS, to -> members(to, pool.snapshot())),
                metrics.read(STATE, to -> states(to, pool.snapshot())),
                member(metrics, MEMBER_IN_FLIGHT, pool, PoolSnapshot.MemberSnapshot::inFlight),
                member(metrics, WEIGHT, pool, PoolSnapshot.MemberSnapshot::weightInEffect),
                member(metrics, LATENCY, pool, each -> each.latencyNanos() / NANOS),
                member(metrics, REQUESTS, pool, PoolSnapshot.MemberSnapshot::requests),
                member(metrics, FAILURES, pool, PoolSnapshot.MemberSnapshot::failures));
        return () -> readings.forEach(Metrics.Reading::close);
    }

    private static Metrics.Reading pool(
            Metrics metrics, Meter meter, UpstreamPool pool, ToDoubleFunction<PoolSnapshot> number) {
        return metrics.read(meter, to -> {
            PoolSnapshot now = pool.snapshot();
            to.record(number.applyAsDouble(now), now.pool());
        });
    }

    private static Metrics.Reading member(
            Metrics metrics, Meter meter, UpstreamPool pool, ToDoubleFunction<PoolSnapshot.MemberSnapshot> number) {
        return metrics.read(meter, to -> {
            PoolSnapshot now = pool.snapshot();
            now.members().forEach(each -> to.record(number.applyAsDouble(each), now.pool(), each.id()));
        });
    }

    /** Each state has a number, so that none disappears from a graph. */
    private static void members(Metrics.Recorder to, PoolSnapshot now) {
        for (PoolSnapshot.Condition condition : PoolSnapshot.Condition.values()) {
            long count = now.members().stream()
                    .filter(each -> each.condition() == condition)
                    .count();
            to.record((double) count, now.pool(), name(condition));
        }
    }

    private static void states(Metrics.Recorder to, PoolSnapshot now) {
        now.members().forEach(each -> to.record(1, now.pool(), each.id(), name(each.condition())));
    }

    private static String name(PoolSnapshot.Condition condition) {
        return condition.name().toLowerCase(Locale.ROOT);
    }
}
