package dev.sluice.balancer;

import dev.sluice.balancer.PoolEvent.Kind;
import dev.sluice.balancer.breaker.CircuitBreaker;
import dev.sluice.balancer.eject.EjectionStage;
import dev.sluice.balancer.live.Draining;
import dev.sluice.balancer.live.Probing;
import dev.sluice.balancer.live.Warming;
import dev.sluice.balancer.topology.MemberEvents;
import dev.sluice.balancer.topology.PoolView;
import dev.sluice.balancer.topology.ViewListener;
import dev.sluice.proxy.scope.ListenerQueue;
import dev.sluice.proxy.time.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the events of a pool and passes them on, in order. They are posted under the pool's lock and delivered outside
 * of it, to a queue for each listener: the thread that changes a pool is the clock's, or carries an exchange, and must
 * not wait for a listener. While one thread delivers, others leave their events to it.
 */
final class PoolEvents implements MemberEvents, ViewListener {
    /** By its name, as this class is a part of the pool. */
    static final Logger LOG = LoggerFactory.getLogger("dev.sluice.balancer.UpstreamPool");

    private static final String LINE = "{}: {}: {}";

    private final String pool;
    private final TimeSource time;
    private final List<Told> listeners;
    private final Queue<PoolEvent> queue = new ConcurrentLinkedQueue<>();
    /** What has happened last to each member that there is. */
    private final Map<String, MemberHistory> histories = new ConcurrentHashMap<>();

    private final AtomicInteger calls = new AtomicInteger();

    PoolEvents(String pool, TimeSource time, List<PoolEvent.Listener> listeners) {
        this.pool = pool;
        this.time = time;
        this.listeners = listeners.stream()
                .map(listener -> new Told(listener, new ListenerQueue("a listener of pool " + pool)))
                .toList();
    }

    private record Told(PoolEvent.Listener listener, ListenerQueue queue) {}

    /** How many events listeners have missed, as they were too slow. */
    long dropped() {
        return listeners.stream().mapToLong(told -> told.queue().dropped()).sum();
    }

    /** The event that has brought a member into its condition. */
    Optional<PoolEvent> reason(String member, PoolSnapshot.Condition condition) {
        MemberHistory history = histories.get(member);
        return Optional.ofNullable(history == null ? null : history.reason(condition));
    }

    /** Within a transition: adds an event, which is sent after it. */
    void post(Kind kind, String member, String reason) {
        PoolEvent event = new PoolEvent(kind, member, reason, time.now());
        remember(event);
        queue.add(event);
    }

    private void remember(PoolEvent event) {
        if (event.kind() == Kind.REMOVED) {
            histories.remove(event.member());
            return;
        }
        if (event.kind() == Kind.ADDED) {
            histories.put(event.member(), new MemberHistory());
        }
        // The last attempts of a removed member may open its breaker: that is nobody's history any more.
        MemberHistory history = histories.get(event.member());
        if (history != null) {
            history.add(event);
        }
    }

    @Override
    public void probed(String member, Probing.Stage stage, String reason) {
        post(stage == Probing.Stage.UP ? Kind.UP : Kind.DOWN, member, reason);
    }

    @Override
    public void ejection(String member, EjectionStage stage, String reason) {
        Kind kind = switch (stage) {
            case IN_USE -> Kind.REINSTATED;
            case OUT -> Kind.EJECTED;
            case ON_TRIAL -> Kind.ON_TRIAL;
        };
        post(kind, member, reason);
    }

    @Override
    public void breaker(String member, CircuitBreaker.State stage, String reason) {
        Kind kind = switch (stage) {
            case OPEN -> Kind.BREAKER_OPEN;
            case HALF_OPEN -> Kind.BREAKER_HALF_OPEN;
            case CLOSED -> Kind.BREAKER_CLOSED;
        };
        post(kind, member, reason);
    }

    @Override
    public void draining(String member, Draining.Stage stage, String reason) {
        Kind kind = switch (stage) {
            case IN_USE -> Kind.RESUMED;
            case DRAINING -> Kind.DRAINING;
            case DRAINED -> Kind.DRAINED;
        };
        post(kind, member, reason);
    }

    @Override
    public void warming(String member, Warming.Stage stage, String reason) {
        if (stage == Warming.Stage.WARM) {
            post(Kind.WARM, member, reason);
        }
    }

    /** The panic begins or ends, after what has caused it. */
    @Override
    public void within(PoolView before, PoolView now) {
        boolean panicked = before.panic() && before.topology().size() > 0;
        // Without members there is nothing to say about their health.
        if (now.topology().size() > 0 && now.panic() != panicked) {
            String left =
                    now.available().cardinality() + " of " + now.inRotation().cardinality() + " members are well";
            post(now.panic() ? Kind.PANIC : Kind.CALM, "", left);
        }
    }

    @Override
    public void after(PoolView before, PoolView now) {
        deliver();
    }

    private void deliver() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (PoolEvent event = queue.poll(); event != null; event = queue.poll()) {
                log(event);
                tell(event);
            }
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private void log(PoolEvent event) {
        String what = event.member().isEmpty() ? event.kind().name() : event.kind() + " " + event.member();
        switch (event.kind()) {
            case DOWN, EJECTED, BREAKER_OPEN, PANIC -> LOG.warn(LINE, pool, what, event.reason());
            default -> LOG.info(LINE, pool, what, event.reason());
        }
    }

    private void tell(PoolEvent event) {
        for (Told told : listeners) {
            told.queue().add(time, () -> told.listener().changed(event));
        }
    }
}
