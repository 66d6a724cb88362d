package dev.sluice.balancer;

import dev.sluice.balancer.attempt.AttemptSetup;
import dev.sluice.balancer.attempt.HedgeDelay;
import dev.sluice.balancer.eject.Comparison;
import dev.sluice.balancer.eject.EjectionSetup;
import dev.sluice.balancer.eject.ErringMembers;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.pick.Picking;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.topology.Closings;
import dev.sluice.balancer.topology.PoolParts;
import dev.sluice.balancer.topology.PoolState;
import dev.sluice.balancer.waiting.WaitingRoom;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.time.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Puts a pool together, from the view to the attempts: each part knows only the parts before it. */
final class PoolAssembly {
    private final LoadBalancer strategy;
    private final LongAdder inFlight = new LongAdder();
    private final PoolEvents events;
    private final PoolState state;
    private final WaitingRoom waiting;
    private final AttemptSetup attempts;
    private final PoolMembers members;

    private PoolAssembly(
            PoolSettings settings,
            LoadBalancer strategy,
            MemberUpstreams upstreams,
            List<PoolEvent.Listener> listeners) {
        this.strategy = strategy;
        TimeSource time = settings.time();
        this.events = new PoolEvents(settings.name(), time, listeners);
        this.state = new PoolState(settings, strategy);
        this.waiting = new WaitingRoom(state);
        state.tell(events);
        state.tell(waiting);
        HedgeDelay hedgeDelay = new HedgeDelay(settings.hedge(), time.nanos());
        Comparison comparison = new Comparison(settings.ejection(), time, state::ejectionsOfThoseInUse);
        PoolParts parts = new PoolParts(
                settings,
                state,
                inFlight,
                ejections(),
                events,
                new Closings(time),
                waiting::callIfRoom,
                List.of(comparison, hedgeDelay, waiting));
        RetryBudget shared = settings.retry().budget();
        this.attempts = new AttemptSetup(
                state,
                new Picking(state, inFlight, waiting::callIfRoom),
                waiting,
                shared == null ? RetryBudget.standard() : shared,
                hedgeDelay);
        this.members = new PoolMembers(state, parts, events, upstreams, waiting);
    }

    /**
     * A pool that runs, with its first members.
     *
     * @throws IllegalArgumentException if a member cannot be made or probed, two have the same id, or the strategy is that of
     *     another open pool
     */
    static PoolAssembly begin(
            PoolSettings settings,
            LoadBalancer strategy,
            MemberUpstreams upstreams,
            List<PoolEvent.Listener> listeners,
            List<Supplier<Member>> members) {
        PoolAssembly pool = new PoolAssembly(settings, strategy, upstreams, listeners);
        StrategyUses.claim(strategy, pool.state);
        try {
            pool.members.update(change -> members.forEach(member -> change.add(member.get())), false);
        } catch (RuntimeException | Error fault) {
            pool.members.close();
            throw fault;
        }
        if (members.isEmpty()) {
            String fate = settings.parking() == null ? "get 503" : "wait";
            PoolEvents.LOG.warn(
                    "pool \"{}\" has no members yet: its requests {} until it has some", settings.name(), fate);
        }
        return pool;
    }

    private EjectionSetup ejections() {
        PoolSettings settings = state.settings();
        return new EjectionSetup(
                settings.ejection(),
                settings.parking() != null,
                settings::backoff,
                settings.time(),
                state,
                state,
                new ErringMembers(),
                events::ejection);
    }

    PoolState state() {
        return state;
    }

    PoolMembers members() {
        return members;
    }

    AttemptSetup attempts() {
        return attempts;
    }

    Map<String, String> configuration() {
        return PoolConfiguration.of(
                state.settings(), strategy, members.upstreams().transport().name());
    }

    PoolSnapshot snapshot() {
        return Snapshots.of(state, attempts, inFlight.sum(), events);
    }
}
