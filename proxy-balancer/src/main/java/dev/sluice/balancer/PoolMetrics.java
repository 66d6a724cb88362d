package dev.sluice.balancer;

import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.proxy.internal.Words;
import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.Metrics;
import java.util.List;
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

    private static final Meter RETRY_BUDGET = Meter.gauge(
            "sluice_pool_retry_budget_used_ratio",
            "The part of the retry budget that is used; 1 is all of it.",
            "pool");

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

    private static final Meter PROBES =
            Meter.counter("sluice_member_probes", "Probes of a member by their result.", "pool", "member", "result");

    private static final Meter PROBE_TIME = Meter.gauge(
            "sluice_member_probe_duration_seconds", "How long the latest probe of a member took.", "pool", "member");

    private static final Meter EVENTS =
            Meter.counter("sluice_pool_events", "What has changed in a pool, by kind.", "pool", "kind");

    private static final List<Meter> METERS = List.of(
            IN_FLIGHT,
            PARKED,
            PANIC,
            RETRY_BUDGET,
            MEMBERS,
            STATE,
            MEMBER_IN_FLIGHT,
            WEIGHT,
            LATENCY,
            REQUESTS,
            FAILURES,
            PROBES,
            PROBE_TIME);

    private PoolMetrics() {}

    /**
     * Counts a pool's events: give it to {@code UpstreamPool.builder().addListener(…)}.
     *
     * @param pool the pool's name
     */
    public static PoolEvent.Listener events(Metrics metrics, String pool) {
        Objects.requireNonNull(pool, "pool");
        Metrics.Recorder events = metrics.recorder(EVENTS);
        return event -> events.record(1, pool, Words.of(event.kind()));
    }

    /**
     * Has a pool's numbers read from now on: those of one answer are all of one snapshot. Pools with the same metrics need
     * different names.
     *
     * @return ends all of it; the pool does not do so when it is closed
     */
    public static Metrics.Reading read(Metrics metrics, UpstreamPool pool) {
        Objects.requireNonNull(pool, "pool");
        return metrics.read(METERS, to -> record(to, pool.snapshot()));
    }

    private static void record(Metrics.Recorders to, PoolSnapshot now) {
        to.of(IN_FLIGHT).record((double) now.inFlight(), now.pool());
        to.of(PARKED).record(now.parked(), now.pool());
        to.of(PANIC).record(now.panic() ? 1 : 0, now.pool());
        to.of(RETRY_BUDGET).record(now.retryBudgetUsed(), now.pool());
        members(to.of(MEMBERS), now);
        states(to.of(STATE), now);
        member(to.of(MEMBER_IN_FLIGHT), now, MemberSnapshot::inFlight);
        member(to.of(WEIGHT), now, MemberSnapshot::weightInEffect);
        member(to.of(LATENCY), now, each -> each.latencyNanos() / NANOS);
        member(to.of(REQUESTS), now, MemberSnapshot::requests);
        member(to.of(FAILURES), now, MemberSnapshot::failures);
        probes(to.of(PROBES), to.of(PROBE_TIME), now);
    }

    private static void member(Metrics.Recorder to, PoolSnapshot now, ToDoubleFunction<MemberSnapshot> number) {
        now.members().forEach(each -> to.record(number.applyAsDouble(each), now.pool(), each.id()));
    }

    /** Of those that have been probed. */
    private static void probes(Metrics.Recorder count, Metrics.Recorder time, PoolSnapshot now) {
        for (MemberSnapshot each : now.members()) {
            each.lastProbe().ifPresent(last -> {
                count.record((double) each.probesPassed(), now.pool(), each.id(), "passed");
                count.record((double) each.probesFailed(), now.pool(), each.id(), "failed");
                time.record(last.tookNanos() / NANOS, now.pool(), each.id());
            });
        }
    }

    /** Each state has a number, so that none disappears from a graph. */
    private static void members(Metrics.Recorder to, PoolSnapshot now) {
        for (PoolSnapshot.Condition condition : PoolSnapshot.Condition.values()) {
            long count = now.members().stream()
                    .filter(each -> each.condition() == condition)
                    .count();
            to.record((double) count, now.pool(), Words.of(condition));
        }
    }

    private static void states(Metrics.Recorder to, PoolSnapshot now) {
        now.members().forEach(each -> to.record(1, now.pool(), each.id(), Words.of(each.condition())));
    }
}
