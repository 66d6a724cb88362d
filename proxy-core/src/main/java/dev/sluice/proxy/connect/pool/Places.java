package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.connect.ConnectionLimits;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The places of a pool, {@link ConnectionLimits#active()} of them, and the queue of requests that wait for one. Guarded by
 * the pool's lock; nobody is woken here.
 *
 * <p>Requests wait only while every place is taken: a place that is given back goes to the first in the queue, and does
 * not become free.
 */
final class Places {
    private final int most;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private int taken;

    Places(int most) {
        this.most = most;
    }

    /** Takes a place; returns whether there was one. */
    boolean take() {
        if (taken == most) {
            return false;
        }
        taken++;
        return true;
    }

    /** Leaves a place. Returns the one that it has gone to, or null when it is free now. */
    @Nullable
    Waiter leave() {
        Waiter next = waiters.pollFirst();
        if (next == null) {
            taken--;
        } else {
            next.granted = true;
        }
        return next;
    }

    /** Joins the queue; returns false when {@code limit} wait already. */
    boolean queue(Waiter waiter, int limit) {
        if (waiters.size() >= limit) {
            return false;
        }
        waiters.addLast(waiter);
        return true;
    }

    /** Leaves the queue, without a place. */
    void giveUp(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** Empties the queue; returns those who were in it. */
    List<Waiter> dismiss() {
        List<Waiter> waiting = List.copyOf(waiters);
        waiters.clear();
        return waiting;
    }

    int taken() {
        return taken;
    }

    int free() {
        return most - taken;
    }

    int waiting() {
        return waiters.size();
    }
}
