package dev.sluice.proxy.connect;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Watch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one destination on one clock: places, of which there are {@link PoolLimits#active()}, the stack
 * of idle connections, and the queue for a place. Safe for use by many threads; nothing here waits, and nothing is
 * closed, fired or asked with the lock held.
 *
 * <p>What holds between any two calls: somebody waits only while every place is taken, since a place that becomes free
 * goes to the first in the queue, and does not become free. Places taken and idle connections are together no more
 * than places.
 */
final class OriginPool implements Watch.Watched {
    private static final long SWEEP_NANOS = 1_000_000_000L;

    /** What {@link #enter} found. */
    enum Entry {
        ENTERED,
        FULL,
        CLOSED,
        REMOVED
    }

    final Destination destination;
    final Settings settings;
    final TimeSource time;
    final Watch watch;
    final Name name;
    private final Owner owner;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Link> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private final Tally tally = new Tally();
    private int active;
    private int unpooled;
    private boolean closed;
    private boolean removed;
    private long usedNanos;
    /** Touched by the sweep alone. */
    private long sweepNanos;

    OriginPool(Destination destination, Settings settings, TimeSource time, Owner owner) {
        this.destination = destination;
        this.settings = settings;
        this.time = time;
        this.watch = Watch.of(time);
        this.owner = owner;
        this.name = new Name(destination, settings, time, this::closeMoved);
        this.usedNanos = time.nanos();
    }

    /** Whoever keeps the pools. */
    interface Owner {
        /** Is told, at times, that nobody uses this pool. */
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
            if (active == settings.limits().active()) {
                return Entry.FULL;
            }
            active++;
            takeIdle(slot);
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
            if (!closed && active < settings.limits().active()) {
                active++;
                takeIdle(slot);
                waiter.granted = true;
            } else if (closed || waiters.size() >= most) {
                return null;
            } else {
                waiters.addLast(waiter);
            }
        } finally {
            lock.unlock();
        }
        if (waiter.granted) {
            waiter.signal.fire();
        }
        return waiter;
    }

    /** Ends waiting; tells whether there is a place now. The same again and again. */
    boolean leave(Waiter waiter) {
        lock.lock();
        try {
            if (!waiter.granted) {
                waiters.remove(waiter);
            }
            return waiter.granted;
        } finally {
            lock.unlock();
        }
    }

    /** Notes that somebody got no place; tells whether that is because the pool is closed. */
    boolean turnAway() {
        lock.lock();
        try {
            tally.turnedAway += closed ? 0 : 1;
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Closes a connection that is not fit, and takes the next idle one in its place. */
    void replace(Connection slot, End why) {
        Link unfit = slot.opened();
        lock.lock();
        try {
            tally.reused--;
            tally.closed(why);
            takeIdle(slot);
        } finally {
            lock.unlock();
        }
        unfit.wire.close();
    }

    /**
     * Takes a connection out of its place that is to be put back.
     *
     * @param more whether the next idle one is to take the place
     */
    Link setAside(Connection slot, boolean more) {
        Link aside = slot.opened();
        lock.lock();
        try {
            tally.reused--;
            slot.give(null);
            if (more) {
                takeIdle(slot);
            }
        } finally {
            lock.unlock();
        }
        return aside;
    }

    /** Puts connections back that were set aside, in the order in which they were taken. */
    void putBack(List<Link> aside) {
        List<Link> surplus = new ArrayList<>();
        lock.lock();
        try {
            for (int i = aside.size() - 1; i >= 0; i--) {
                idle.addLast(aside.get(i));
            }
            trim(surplus, closed ? 0 : settings.limits().idle());
        } finally {
            lock.unlock();
        }
        close(surplus);
    }

    /** Makes room for a connection that is to be opened, so that no more are open than may be active. */
    void makeRoom() {
        List<Link> surplus = new ArrayList<>();
        lock.lock();
        try {
            trim(surplus, settings.limits().active() - active);
        } finally {
            lock.unlock();
        }
        close(surplus);
    }

    /** Leaves {@code most} idle connections, and closes the others. */
    void trim(int most) {
        List<Link> surplus = new ArrayList<>();
        lock.lock();
        try {
            trim(surplus, most);
        } finally {
            lock.unlock();
        }
        close(surplus);
    }

    /** Notes that a connection was opened for a place. */
    void opened(Connection slot, Link link) {
        lock.lock();
        try {
            tally.opened++;
            slot.give(link);
        } finally {
            lock.unlock();
        }
    }

    /** Gives back a place that could not be used, and the idle connection that came with it. */
    void failed(Connection slot, boolean opening) {
        List<Link> surplus = new ArrayList<>();
        Waiter next;
        lock.lock();
        try {
            slot.end();
            tally.failed += opening ? 1 : 0;
            Link unused = slot.link();
            if (unused != null) {
                tally.reused--;
                idle.addLast(unused);
            }
            next = leavePlace(slot, time.nanos());
            trim(surplus, closed ? 0 : settings.limits().idle());
        } finally {
            lock.unlock();
        }
        close(surplus);
        fire(next);
    }

    void release(Connection connection) {
        long now = time.nanos();
        Link link = connection.opened();
        End unfit = link.unfit(name.last(), now);
        end(connection, link, unfit, now);
    }

    void close(Connection connection) {
        end(connection, connection.opened(), End.IN_USE, time.nanos());
    }

    private void end(Connection connection, Link link, @Nullable End unfit, long now) {
        Waiter next;
        Link surplus = null;
        End why = unfit;
        lock.lock();
        try {
            if (!connection.end()) {
                return;
            }
            why = why == null && closed ? End.SURPLUS : why;
            if (why == null) {
                // Not before it is known to be still this connection's: the next user may have it already.
                link.rest(now);
                idle.addLast(link);
            } else {
                tally.closed(why);
            }
            next = leavePlace(connection, now);
            if (idle.size() > settings.limits().idle()) {
                surplus = idle.pollFirst();
                tally.closed(End.SURPLUS);
            }
        } finally {
            lock.unlock();
        }
        if (why != null) {
            link.wire.close();
        }
        if (surplus != null) {
            surplus.wire.close();
        }
        fire(next);
    }

    /** With the lock. Returns the one that the place has gone to. */
    private @Nullable Waiter leavePlace(Connection slot, long now) {
        usedNanos = now;
        if (!slot.counted()) {
            unpooled--;
            return null;
        }
        Waiter next = waiters.pollFirst();
        if (next == null) {
            active--;
        } else {
            next.granted = true;
            takeIdle(next.slot);
        }
        return next;
    }

    /** With the lock. */
    private void takeIdle(Connection slot) {
        Link link = idle.pollLast();
        tally.reused += link == null ? 0 : 1;
        slot.give(link);
    }

    /** With the lock: takes away those that were not used for the longest time. */
    private void trim(List<Link> surplus, int most) {
        while (idle.size() > most) {
            surplus.add(idle.removeFirst());
            tally.closed(End.SURPLUS);
        }
    }

    private void closeMoved() {
        closeIdle(time.nanos());
    }

    @Override
    public void sweep(long nowNanos) {
        if (nowNanos >= sweepNanos) {
            sweepNanos = nowNanos + SWEEP_NANOS;
            closeIdle(nowNanos);
            if (isUnused(nowNanos)) {
                owner.unused(this);
            }
        }
    }

    /** Closes the idle connections that are overdue, or lead to an address that is not the name's any more. */
    private void closeIdle(long nowNanos) {
        List<Link> ended = new ArrayList<>();
        Answer answer = name.last();
        lock.lock();
        try {
            for (Iterator<Link> links = idle.iterator(); links.hasNext(); ) {
                Link link = links.next();
                End why = link.unusable(answer, nowNanos);
                if (why != null) {
                    links.remove();
                    tally.closed(why);
                    ended.add(link);
                }
            }
        } finally {
            lock.unlock();
        }
        close(ended);
    }

    private boolean isUnused(long nowNanos) {
        lock.lock();
        try {
            boolean old = nowNanos - usedNanos >= settings.resolveIntervalNanos() && !name.needed(nowNanos);
            return removed || (isEmpty() && (closed || old));
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private boolean isEmpty() {
        return active == 0 && unpooled == 0 && idle.isEmpty();
    }

    /** Ends the pool when it is empty: nobody enters it any more. Returns what it has done, or null when it is not. */
    @Nullable
    PoolStatistics remove() {
        lock.lock();
        try {
            if (!isEmpty() || removed) {
                return null;
            }
            removed = true;
            return statistics();
        } finally {
            lock.unlock();
        }
    }

    /** Closes what is idle, and sends away who waits. What is in use is closed when it is released. */
    void close() {
        List<Link> surplus = new ArrayList<>();
        List<Waiter> waiting;
        lock.lock();
        try {
            closed = true;
            trim(surplus, 0);
            waiting = List.copyOf(waiters);
            waiters.clear();
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

    PoolStatistics statistics() {
        lock.lock();
        try {
            return tally.statistics(active, idle.size(), unpooled, waiters.size());
        } finally {
            lock.unlock();
        }
    }

    Authority authority() {
        return destination.authority();
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
