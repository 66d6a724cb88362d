package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.dial.DialSettings;
import dev.sluice.proxy.connect.dial.Dialler;
import dev.sluice.proxy.internal.CombiningLock;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Watch;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

    private final CombiningLock lock = new CombiningLock();
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
        return lock.get(() -> {
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
        });
    }

    /**
     * Takes a place in the queue, or what {@link #enter} takes when that has become possible; null when {@code most}
     * wait already.
     */
    @Nullable
    Waiter enqueue(Connection slot, int most) {
        Waiter waiter = new Waiter(slot);
        boolean room = lock.get(() -> {
            if (closed) {
                return false;
            }
            if (places.take()) {
                idle.giveTo(slot);
                waiter.granted = true;
                return true;
            }
            return places.queue(waiter, most);
        });
        if (!room) {
            return null;
        }
        if (waiter.granted) {
            waiter.signal.fire();
        }
        return waiter;
    }

    /** Ends waiting; returns whether there is a place now. The same again and again. */
    boolean leave(Waiter waiter) {
        return lock.get(() -> {
            if (!waiter.granted) {
                places.giveUp(waiter);
            }
            return waiter.granted;
        });
    }

    /** Notes that a request got no place; returns whether that is because the pool is closed. */
    boolean turnAway() {
        return lock.get(() -> {
            counts.turnedAway += closed ? 0 : 1;
            return closed;
        });
    }

    /** Closes a connection that is not fit, and takes the next idle one in its place. */
    void replace(Connection slot, End why) {
        Link unfit = lock.get(() -> {
            Link taken = idle.takeFrom(slot);
            counts.closed(why);
            idle.giveTo(slot);
            return taken;
        });
        unfit.wire.close();
    }

    /**
     * Takes a connection out of its place, to put it back later.
     *
     * @param more whether the next idle one takes the place
     */
    Link setAside(Connection slot, boolean more) {
        return lock.get(() -> {
            Link aside = idle.takeFrom(slot);
            if (more) {
                idle.giveTo(slot);
            }
            return aside;
        });
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
        close(lock.get(taken));
    }

    /** Notes that a connection was opened for a place. */
    void opened(Connection slot, Link link) {
        lock.run(() -> {
            counts.opened++;
            slot.give(link);
        });
    }

    /** Gives back a place that could not be used, and the idle connection that came with it. */
    void failed(Connection slot, boolean opening) {
        long now = time.nanos();
        Left left = lock.get(() -> {
            slot.end();
            counts.failed += opening ? 1 : 0;
            if (slot.link() != null) {
                idle.push(idle.takeFrom(slot));
            }
            return leave(slot, now);
        });
        finish(left);
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
        Left left = lock.get(() -> {
            if (!connection.end()) {
                return Left.NOTHING;
            }
            boolean kept = keep(link, unfit, now);
            Left others = leave(connection, now);
            return kept ? others : others.and(link);
        });
        finish(left);
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

    /** With the lock: gives a place back. */
    private Left leave(Connection slot, long now) {
        usedNanos = now;
        Waiter next = null;
        if (slot.counted()) {
            next = places.leave();
            if (next != null) {
                idle.giveTo(next.slot);
            }
        } else {
            unpooled--;
        }
        List<Link> surplus = idle.trim(mostIdle());
        return next == null && surplus.isEmpty() ? Left.NOTHING : new Left(next, surplus);
    }

    /** Without the lock. */
    private static void finish(Left left) {
        close(left.surplus());
        fire(left.next());
    }

    /**
     * What is left to do once a place was given back.
     *
     * @param next the one that it has gone to, to be told
     * @param surplus to be closed
     */
    private record Left(@Nullable Waiter next, List<Link> surplus) {
        static final Left NOTHING = new Left(null, List.of());

        /** One more that is to be closed, as the first. */
        Left and(Link unfit) {
            return new Left(
                    next, Stream.concat(Stream.of(unfit), surplus.stream()).toList());
        }
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
        boolean needed = dialler.needed(nowNanos);
        return lock.get(() -> {
            boolean old = nowNanos - usedNanos >= forgetNanos && !needed;
            return removed || (isEmpty() && (closed || old));
        });
    }

    /** With the lock. */
    private boolean isEmpty() {
        return places.taken() == 0 && unpooled == 0 && idle.size() == 0;
    }

    /** Ends the pool when it is empty: nobody enters it any more. Returns what it has done, or null when it is not. */
    @Nullable
    PoolCounts remove() {
        return lock.get(() -> {
            if (!isEmpty() || removed) {
                return null;
            }
            removed = true;
            return counts;
        });
    }

    /**
     * Closes idle connections, and refuses requests that wait. Connections in use are closed when they are released.
     */
    void close() {
        List<Waiter> waiting = lock.get(() -> {
            closed = true;
            return places.dismiss();
        });
        closeIdle();
        waiting.forEach(OriginPool::fire);
    }

    /** Ends the sweeps once it is removed, also when a late comer has begun them again. */
    void unwatch() {
        if (lock.get(() -> removed)) {
            watch.remove(this);
        }
    }

    void addTo(PoolSum sum) {
        lock.run(() -> {
            sum.add(counts);
            sum.add(places, idle, unpooled);
        });
    }

    private static void close(List<Link> links) {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).wire.close();
        }
    }

    private static void fire(@Nullable Waiter waiter) {
        if (waiter != null) {
            waiter.signal.fire();
        }
    }
}
