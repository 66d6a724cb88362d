package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.dial.DialSettings;
import dev.sluice.proxy.connect.dial.Dialler;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Watch;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one destination on one clock: {@link Places}, {@link IdleLinks}, and the lock of both. Safe for use
 * by many threads; nothing here waits, and nothing is closed, fired or asked with the lock held.
 *
 * <p>Invariant between any two calls: places taken and idle connections together are never more than the places.
 */
final class OriginPool implements Connection.Owner, Watch.Watched {
    private static final long SWEEP_NANOS = 1_000_000_000L;

    /** What {@link #enter} found. */
    enum Entry {
        ENTERED,
        FULL,
        CLOSED,
        REMOVED
    }

    final Destination destination;
    final ConnectionSettings settings;
    final TimeSource time;
    final Watch watch;
    final Dialler dialler;

    /** Whether a connection may serve another request. */
    final boolean reusable;

    private final Owner owner;
    private final long forgetNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final PoolCounts counts = new PoolCounts();
    private final IdleLinks idle = new IdleLinks(counts);
    private final Places places;
    private int unpooled;
    private boolean closed;
    private boolean removed;
    private long usedNanos;
    /** Used only by the sweep. */
    private long sweepNanos;

    OriginPool(
            Destination destination, DialSettings dialing, ConnectionSettings settings, TimeSource time, Owner owner) {
        this.destination = destination;
        this.settings = settings;
        this.time = time;
        this.watch = Watch.of(time);
        this.dialler = new Dialler(destination, dialing, time, this::closeMoved);
        // A PROXY header names the client of one request, and the next may be another's.
        this.reusable = dialing.proxyProtocol() == null;
        this.owner = owner;
        this.forgetNanos = Nanos.of(dialing.resolveInterval());
        this.places = new Places(settings.limits().active());
        this.usedNanos = time.nanos();
    }

    /** The owner of the pools. */
    interface Owner {
        /** Called now and then when nobody uses this pool. */
        void unused(OriginPool pool);
    }

    /** Takes a place, if there is one, and the most recently used connection, if one is idle. */
    Entry enter(Connection slot) {
        lock.lock();
        try {
            if (closed || removed) {
                return closed ? Entry.CLOSED : Entry.REMOVED;
            }
            if (!slot.counted()) {
                unpooled++;
                return Entry.ENTERED;
            }
            if (!places.take()) {
                return Entry.FULL;
            }
            idle.giveTo(slot);
            return Entry.ENTERED;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a place in the queue, or what {@link #enter} takes when that has become possible; null when {@code most}
     * wait already.
     */
    @Nullable
    Waiter enqueue(Connection slot, int most) {
        Waiter waiter = new Waiter(slot);
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            if (places.take()) {
                idle.giveTo(slot);
                waiter.granted = true;
            } else if (!places.queue(waiter, most)) {
                return null;
            }
        } finally {
            lock.unlock();
        }
        if (waiter.granted) {
            waiter.signal.fire();
        }
        return waiter;
    }

    /** Ends waiting; returns whether there is a place now. The same again and again. */
    boolean leave(Waiter waiter) {
        lock.lock();
        try {
            if (!waiter.granted) {
                places.giveUp(waiter);
            }
            return waiter.granted;
        } finally {
            lock.unlock();
        }
    }

    /** Notes that a request got no place; returns whether that is because the pool is closed. */
    boolean turnAway() {
        lock.lock();
        try {
            counts.turnedAway += closed ? 0 : 1;
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Closes a connection that is not fit, and takes the next idle one in its place. */
    void replace(Connection slot, End why) {
        Link unfit;
        lock.lock();
        try {
            unfit = idle.takeFrom(slot);
            counts.closed(why);
            idle.giveTo(slot);
        } finally {
            lock.unlock();
        }
        unfit.wire.close();
    }

    /**
     * Takes a connection out of its place, to put it back later.
     *
     * @param more whether the next idle one takes the place
     */
    Link setAside(Connection slot, boolean more) {
        lock.lock();
        try {
            Link aside = idle.takeFrom(slot);
            if (more) {
                idle.giveTo(slot);
            }
            return aside;
        } finally {
            lock.unlock();
        }
    }

    /** Puts connections back that were set aside, in the order in which they were taken. */
    void putBack(List<Link> aside) {
        closing(() -> {
            for (int i = aside.size() - 1; i >= 0; i--) {
                idle.push(aside.get(i));
            }
            return idle.trim(mostIdle());
        });
    }

    /** Makes room for a new connection, so that no more are open than may be active. */
    void makeRoom() {
        closing(() -> idle.trim(places.free()));
    }

    /** Closes all idle connections. */
    void closeIdle() {
        closing(() -> idle.trim(0));
    }

    /** Closes what {@code taken} takes out with the lock. */
    private void closing(Supplier<List<Link>> taken) {
        List<Link> links;
        lock.lock();
        try {
            links = taken.get();
        } finally {
            lock.unlock();
        }
        close(links);
    }

    /** Notes that a connection was opened for a place. */
    void opened(Connection slot, Link link) {
        lock.lock();
        try {
            counts.opened++;
            slot.give(link);
        } finally {
            lock.unlock();
        }
    }

    /** Gives back a place that could not be used, and the idle connection that came with it. */
    void failed(Connection slot, boolean opening) {
        List<Link> surplus;
        Waiter next;
        lock.lock();
        try {
            slot.end();
            counts.failed += opening ? 1 : 0;
            if (slot.link() != null) {
                idle.push(idle.takeFrom(slot));
            }
            next = leavePlace(slot, time.nanos());
            surplus = idle.trim(mostIdle());
        } finally {
            lock.unlock();
        }
        close(surplus);
        fire(next);
    }

    @Override
    public ConnectionSettings settings() {
        return settings;
    }

    @Override
    public void release(Connection connection) {
        long now = time.nanos();
        Link link = connection.opened();
        end(connection, link, link.unfit(dialler.last(), now), now);
    }

    @Override
    public void close(Connection connection) {
        end(connection, connection.opened(), End.IN_USE, time.nanos());
    }

    private void end(Connection connection, Link link, @Nullable End unfit, long now) {
        List<Link> surplus;
        Waiter next;
        boolean kept;
        lock.lock();
        try {
            if (!connection.end()) {
                return;
            }
            kept = keep(link, unfit, now);
            next = leavePlace(connection, now);
            surplus = idle.trim(mostIdle());
        } finally {
            lock.unlock();
        }
        if (!kept) {
            link.wire.close();
        }
        close(surplus);
        fire(next);
    }

    /** With the lock: keeps a used connection; returns false if it must be closed. */
    private boolean keep(Link link, @Nullable End unfit, long now) {
        End why = unfit == null && closed ? End.SURPLUS : unfit;
        if (why != null) {
            counts.closed(why);
            return false;
        }
        // Not before it is known to be still this connection's: the next user may have it already.
        link.rest(now);
        idle.push(link);
        return true;
    }

    /** With the lock. Returns the one that the place has gone to. */
    private @Nullable Waiter leavePlace(Connection slot, long now) {
        usedNanos = now;
        if (!slot.counted()) {
            unpooled--;
            return null;
        }
        Waiter next = places.leave();
        if (next != null) {
            idle.giveTo(next.slot);
        }
        return next;
    }

    /** With the lock. */
    private int mostIdle() {
        return closed ? 0 : settings.limits().idle();
    }

    private void closeMoved() {
        closeUnusable(time.nanos());
    }

    @Override
    public void sweep(long nowNanos) {
        if (nowNanos >= sweepNanos) {
            sweepNanos = nowNanos + SWEEP_NANOS;
            closeUnusable(nowNanos);
            if (isUnused(nowNanos)) {
                owner.unused(this);
            }
        }
    }

    private void closeUnusable(long nowNanos) {
        closing(() -> idle.takeUnusable(dialler.last(), nowNanos));
    }

    private boolean isUnused(long nowNanos) {
        lock.lock();
        try {
            boolean old = nowNanos - usedNanos >= forgetNanos && !dialler.needed(nowNanos);
            return removed || (isEmpty() && (closed || old));
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private boolean isEmpty() {
        return places.taken() == 0 && unpooled == 0 && idle.size() == 0;
    }

    /** Ends the pool when it is empty: nobody enters it any more. Returns what it has done, or null when it is not. */
    @Nullable
    PoolCounts remove() {
        lock.lock();
        try {
            if (!isEmpty() || removed) {
                return null;
            }
            removed = true;
            return counts;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes idle connections, and refuses requests that wait. Connections in use are closed when they are released.
     */
    void close() {
        List<Link> surplus;
        List<Waiter> waiting;
        lock.lock();
        try {
            closed = true;
            surplus = idle.trim(0);
            waiting = places.dismiss();
        } finally {
            lock.unlock();
        }
        close(surplus);
        waiting.forEach(OriginPool::fire);
    }

    /** Ends the sweeps once it is removed, also when a late comer has begun them again. */
    void unwatch() {
        lock.lock();
        try {
            if (!removed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        watch.remove(this);
    }

    void addTo(PoolSum sum) {
        lock.lock();
        try {
            sum.add(counts);
            sum.add(places, idle, unpooled);
        } finally {
            lock.unlock();
        }
    }

    private static void close(List<Link> links) {
        links.forEach(link -> link.wire.close());
    }

    private static void fire(@Nullable Waiter waiter) {
        if (waiter != null) {
            waiter.signal.fire();
        }
    }
}
