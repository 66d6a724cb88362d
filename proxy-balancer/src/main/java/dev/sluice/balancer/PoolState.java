package dev.sluice.balancer;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.HealthMonitor;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is running: the view that picks are made in, and the transitions that lead from one view to the next. A
 * transition takes the lock, changes the members' states, and swaps the view by one volatile write; events go out after
 * it. Picks and ends of attempts take no lock, but for a failure that may eject a member.
 */
final class PoolState {
    private final PoolSettings settings;
    private final PoolEvents events;
    private final AtomicLong tickets = new AtomicLong();
    private final Object lock = new Object();
    private volatile PoolView view;
    private volatile boolean closed;

    PoolState(PoolSettings settings, LoadBalancer strategy, PoolEvents events) {
        this.settings = settings;
        this.events = events;
        this.view = new PoolView(Topology.empty(strategy));
    }

    PoolSettings settings() {
        return settings;
    }

    PoolView view() {
        return view;
    }

    boolean closed() {
        return closed;
    }

    long ticket() {
        return tickets.getAndIncrement();
    }

    /** Adds members, all or none. */
    void add(List<Joining> members) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("pool \"" + settings.name() + "\" is closed");
            }
            List<TopologyMember> added = new ArrayList<>();
            for (Joining joining : members) {
                Member config = joining.config();
                requireNew(joining, added);
                MemberState state = new MemberState(
                        joining.upstream(),
                        joining.owned(),
                        settings.ejection(),
                        settings.time().nanos());
                added.add(new TopologyMember(-1, config, state));
            }
            view = new PoolView(view.topology().with(added));
            added.forEach(this::begin);
        }
        events.deliver();
    }

    boolean remove(String id, String reason) {
        MemberState state;
        synchronized (lock) {
            TopologyMember member = view.topology().member(id);
            if (member == null) {
                return false;
            }
            state = member.state();
            view = new PoolView(view.topology().without(member));
            state.reinstatement.cancel();
            if (state.monitor != null) {
                state.monitor.close();
            }
            post(PoolEvent.Kind.REMOVED, id, reason);
        }
        if (state.retire()) {
            closeUpstream(state);
        }
        events.deliver();
        return true;
    }

    boolean reweight(String id, int weight) {
        synchronized (lock) {
            TopologyMember member = view.topology().member(id);
            if (member == null) {
                return false;
            }
            view = new PoolView(view.topology().reweighted(member, weight));
            post(PoolEvent.Kind.REWEIGHTED, id, "weight " + member.weight() + " -> " + weight);
        }
        events.deliver();
        return true;
    }

    void close() {
        List<String> ids = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            for (int i = 0; i < view.topology().size(); i++) {
                ids.add(view.topology().member(i).id());
            }
        }
        ids.forEach(id -> remove(id, "the pool was closed"));
    }

    /** An attempt has ended: counts it out, and what it says about the member. */
    void ended(MemberState state, long beginNanos, Outcome outcome, long nanos) {
        if (state.release()) {
            closeUpstream(state);
        }
        if (outcome == Outcome.COMPLETED) {
            state.ejection().succeeded(nanos);
        } else if (outcome.blamesUpstream()) {
            state.failed();
            if (state.ejection().failed(beginNanos)) {
                eject(state, outcome);
            }
        }
    }

    private void eject(MemberState state, Outcome last) {
        synchronized (lock) {
            int index = view.topology().indexOf(state);
            if (index < 0 || state.ejected || state.down || !view.availableBeside(index)) {
                return;
            }
            Duration time = state.ejection().begin();
            state.ejected = true;
            state.reinstatement =
                    settings.time().schedule(time, () -> reinstate(state, "out for " + text(time) + ", which is over"));
            view = new PoolView(view.topology());
            String why = state.ejection().inRow() + " attempts in a row failed, last: " + last;
            post(PoolEvent.Kind.EJECTED, state.upstream().id(), why + "; out for " + text(time));
        }
        events.deliver();
    }

    private void reinstate(MemberState state, String reason) {
        synchronized (lock) {
            if (!state.ejected || view.topology().indexOf(state) < 0) {
                return;
            }
            takeBack(state);
            view = new PoolView(view.topology());
            String note = state.down ? "; still down by its probes" : "";
            post(PoolEvent.Kind.REINSTATED, state.upstream().id(), reason + note);
        }
        events.deliver();
    }

    private void probed(MemberState state, boolean up, String reason) {
        String id = state.upstream().id();
        synchronized (lock) {
            if (view.topology().indexOf(state) < 0) {
                return;
            }
            boolean wasEjected = state.ejected;
            state.down = !up;
            if (up) {
                takeBack(state);
            }
            view = new PoolView(view.topology());
            String note = view.noneUp() ? "; no member is up now, so all are used" : "";
            post(up ? PoolEvent.Kind.UP : PoolEvent.Kind.DOWN, id, reason + note);
            if (up && wasEjected) {
                post(PoolEvent.Kind.REINSTATED, id, "it came up");
            }
        }
        events.deliver();
    }

    private static String text(Duration time) {
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private void takeBack(MemberState state) {
        state.reinstatement.cancel();
        state.ejected = false;
        state.ejection().restart(settings.time().nanos());
    }

    private void requireNew(Joining joining, List<TopologyMember> added) {
        String id = joining.config().id();
        if (view.topology().member(id) != null
                || added.stream().anyMatch(member -> member.id().equals(id))) {
            throw new IllegalArgumentException("there is already a member \"" + id + "\"");
        }
        HealthCheck health = settings.health();
        if (health != null) {
            health.requireFor(joining.upstream());
        }
    }

    private void begin(TopologyMember member) {
        MemberState state = member.state();
        HealthCheck health = settings.health();
        if (health != null) {
            state.monitor = HealthMonitor.start(
                    state.upstream(),
                    health,
                    settings.time(),
                    settings.random(),
                    (up, reason) -> probed(state, up, reason));
        }
        post(PoolEvent.Kind.ADDED, member.id(), "weight " + member.weight());
    }

    private void post(PoolEvent.Kind kind, String id, String reason) {
        events.post(new PoolEvent(kind, id, reason, settings.time().now()));
    }

    /** Closing may block, and this may be a thread that carries an exchange. */
    private void closeUpstream(MemberState state) {
        settings.time().start("close " + state.upstream().id(), state.upstream()::close);
    }

    /** A member that is to be added; {@code owned} when the pool has made its upstream. */
    record Joining(Member config, Upstream upstream, boolean owned) {}
}
