package dev.sluice.balancer;

import dev.sluice.balancer.PoolEvent.Kind;
import dev.sluice.balancer.health.HealthMonitor;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.LatencyQuantile;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.url.OwnTransport;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is running: the view that picks are made in, and what requests share. A transition takes the lock, changes the
 * members' states, and swaps the view by one volatile write; after it events go out, and requests that wait for a
 * member are called if there is one. Picks and ends of attempts take no lock, but for a failure that may eject a
 * member.
 */
final class PoolState {
    private final PoolSettings settings;
    private final PoolEvents events;
    private final OwnTransport transport;
    private final RetryBudget budget;
    /** Those that wait because no member is well. */
    private final ParkingLot lot;
    /** Those that wait because all members are full. */
    private final ParkingLot line;

    private final @Nullable LatencyQuantile latencies;
    private final PoolHealth health;
    private final AtomicLong tickets = new AtomicLong();
    private final LongAdder inFlight = new LongAdder();
    /** Upstreams of former members that are being closed. */
    private final Set<Signal> closings = ConcurrentHashMap.newKeySet();

    private final Object lock = new Object();
    private volatile PoolView view;
    private volatile boolean closed;

    PoolState(PoolSettings settings, LoadBalancer strategy, OwnTransport transport, PoolEvents events) {
        this.settings = settings;
        this.transport = transport;
        this.events = events;
        this.health = new PoolHealth(this, settings);
        RetryBudget shared = settings.retry().budget();
        this.budget = shared == null ? RetryBudget.standard() : shared;
        Parking parking = settings.parking();
        this.lot = new ParkingLot(() -> parking == null ? 0 : parking.queue());
        MemberLimit limit = settings.limit();
        this.line = new ParkingLot(
                () -> limit == null ? 0 : limit.queue(view().topology().size()));
        HedgePolicy hedge = settings.hedge();
        this.latencies = hedge == null || hedge.percentile() == 0
                ? null
                : new LatencyQuantile(hedge.percentile(), settings.time().nanos());
        this.view = new PoolView(Topology.empty(strategy, settings.affinity()), settings);
    }

    PoolSettings settings() {
        return settings;
    }

    PoolView view() {
        return view;
    }

    PoolHealth health() {
        return health;
    }

    RetryBudget budget() {
        return budget;
    }

    ParkingLot lot() {
        return lot;
    }

    ParkingLot line() {
        return line;
    }

    /** What opens the upstreams of members that are given as URLs, and of their probes. */
    OwnTransport transport() {
        return transport;
    }

    /** The state of a new member. */
    MemberState member(Upstream upstream, boolean owned) {
        MemberState[] made = new MemberState[1];
        made[0] = new MemberState(
                upstream,
                owned,
                settings,
                (from, to, reason) -> health.broke(made[0], to, reason),
                settings.time().nanos());
        return made[0];
    }

    boolean closed() {
        return closed;
    }

    long ticket() {
        return tickets.getAndIncrement();
    }

    /** The attempts of all members. */
    long inFlight() {
        return inFlight.sum();
    }

    /** How long an attempt has until another one runs beside it. */
    long hedgeDelayNanos(long nanos) {
        HedgePolicy hedge = settings.hedge();
        long least = hedge == null ? Long.MAX_VALUE : hedge.delay().toNanos();
        return latencies == null ? least : Math.max(least, latencies.nanos(nanos));
    }

    /** Runs a change under the lock, and then tells what has come of it. */
    <T> T transition(Supplier<T> change) {
        PoolView before;
        T result;
        synchronized (lock) {
            before = view;
            result = change.get();
            tellPanic(before, view);
        }
        events.deliver();
        if (lot.size() + line.size() > 0) {
            callParked(before, view);
        }
        return result;
    }

    /** Within a transition: the members are these now. */
    void swap(Topology topology) {
        view = new PoolView(topology, settings);
    }

    /** After what has caused it. */
    private void tellPanic(PoolView before, PoolView now) {
        boolean panicked = before.panic() && before.topology().size() > 0;
        // Without members there is nobody to be well or not.
        if (now.topology().size() > 0 && now.panic() != panicked) {
            String left = now.available().cardinality() + " of " + now.open().cardinality() + " members are well";
            post(now.panic() ? Kind.PANIC : Kind.CALM, "", left);
        }
    }

    /** Within a transition: the members' health has changed. */
    void swap() {
        swap(view.topology());
    }

    /** Within a transition: an event, which is told after it. */
    void post(Kind kind, String id, String reason) {
        events.post(new PoolEvent(kind, id, reason, settings.time().now()));
    }

    /** How many events listeners have missed. */
    long droppedEvents() {
        return events.dropped();
    }

    /** Runs what is a user's, or may call it: off the clock's thread, and off that of an exchange. */
    void handOff(String name, Runnable call) {
        settings.time().handOff(name, call);
    }

    /** Within a transition. */
    void closing() {
        closed = true;
    }

    /** An attempt has been counted in. */
    void began() {
        inFlight.increment();
    }

    /** An attempt has the head of its response. */
    void answered(PoolLease lease, long nanos) {
        health.answered(lease, nanos);
    }

    /** An attempt has answered its request, with a whole response where that is held. */
    void passedOn(PoolLease lease, long nanos) {
        if (latencies != null) {
            latencies.add(nanos - lease.beginNanos(), nanos);
        }
    }

    /** An attempt has ended: counts it out, and what it says about the member. */
    void ended(PoolLease lease, Outcome outcome, long nanos) {
        inFlight.decrement();
        countOut(lease.member());
        health.ended(lease, outcome, nanos);
        callIfRoom();
    }

    /** Counts an attempt out that was never made. */
    void giveBack(MemberState member) {
        countOut(member);
        callIfRoom();
    }

    private void countOut(MemberState member) {
        if (member.release()) {
            closeUpstream(member);
        }
        if (member.draining && member.inFlight() == 0) {
            member.idle();
        }
    }

    /** Closing may block, and this may be a thread that carries an exchange. */
    void closeUpstream(MemberState state) {
        Signal closed = new Signal();
        closings.add(closed);
        settings.time().handOff("close " + state.upstream().id(), () -> {
            try {
                state.upstream().close();
            } finally {
                closings.remove(closed);
                closed.fire();
            }
        });
    }

    /**
     * The pool has closed: waits, for a second at most, until the threads that it has told to end have ended. On a clock
     * that a test turns it does not, for who turns that is perhaps who calls this.
     */
    void awaitClosed(List<MemberState> removed) {
        TimeSource time = settings.time();
        if (!time.equals(TimeSource.system())) {
            return;
        }
        long untilNanos = time.deadline(Duration.ofSeconds(1));
        try {
            for (MemberState state : removed) {
                HealthMonitor monitor = state.monitor;
                if (monitor != null) {
                    monitor.awaitClosed(untilNanos);
                }
            }
            for (Signal closing : closings) {
                time.await(closing, untilNanos);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Calls the first that waits in each queue, if there is a member that could take it. */
    void callIfRoom() {
        if (lot.size() > 0 && hasRoom(lot)) {
            lot.call();
        }
        if (line.size() > 0 && hasRoom(line)) {
            line.call();
        }
    }

    /** Tells whether a member could take somebody of this queue: as its trial too, unless a well one is only full. */
    boolean hasRoom(ParkingLot queue) {
        PoolView now = view;
        long nanos = settings.time().nanos();
        return takes(now, now.available(), false, nanos)
                || ((queue == lot || now.available().isEmpty()) && takes(now, now.trials(), true, nanos));
    }

    private static boolean takes(PoolView view, BitSet members, boolean trial, long nanos) {
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
            MemberState member = view.topology().member(i).state();
            if (!member.full() && !member.open(nanos) && (!trial || member.trial.free())) {
                return true;
            }
        }
        return false;
    }

    /** All when a member is back, or one when there is a trial to be made. */
    private void callParked(PoolView before, PoolView now) {
        if (gained(before, before.available(), now, now.available())) {
            lot.callAll();
            line.callAll();
            return;
        }
        if (now.available().isEmpty() && !before.available().isEmpty()) {
            // Those in line waited for members that are full, and there are none any more.
            line.callAll();
        }
        if (gained(before, before.trials(), now, now.trials())) {
            callIfRoom();
        }
    }

    private static boolean gained(PoolView before, BitSet had, PoolView now, BitSet has) {
        for (int i = has.nextSetBit(0); i >= 0; i = has.nextSetBit(i + 1)) {
            int index = before.topology().indexOf(now.topology().member(i).state());
            if (index < 0 || !had.get(index)) {
                return true;
            }
        }
        return false;
    }
}
