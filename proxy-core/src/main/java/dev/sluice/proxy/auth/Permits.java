package dev.sluice.proxy.auth;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.Signal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many of something costly run at once. The rest waits in a queue, the first in it is next, for at most 5 s and as long
 * as its exchange is wanted. Safe for use by many threads; nothing waits with the lock held.
 */
final class Permits {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Signal> queue = new ArrayDeque<>();
    private int free;

    Permits(int all) {
        this.free = all;
    }

    /**
     * Waits for a permit; {@link #release} it.
     *
     * @throws ProxyException if there is none in time, or too many wait: OVERLOADED; or the exchange was cancelled
     */
    void acquire(Exchange scope) throws ProxyException, InterruptedException {
        Signal turn = new Signal();
        if (!enter(turn, Limits.waiting(scope))) {
            throw overloaded();
        }
        try {
            ScopeWait.await(scope.time(), scope, turn, scope.time().deadline(LONGEST_WAIT));
            scope.check();
        } catch (ProxyException | InterruptedException | RuntimeException | Error gone) {
            // The permit may have come in the same moment. The queue tells, as the signal fires a little later.
            if (!leave(turn)) {
                release();
            }
            throw gone;
        }
        if (leave(turn)) {
            throw overloaded();
        }
    }

    /** Gives the permit to the next in the queue. */
    void release() {
        Signal next;
        lock.lock();
        try {
            next = queue.poll();
            if (next == null) {
                free++;
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.fire();
        }
    }

    /** Takes a permit, and then fires, or enters the queue; false if that is full. */
    private boolean enter(Signal turn, int mostWaiting) {
        lock.lock();
        try {
            if (free == 0) {
                return queue.size() < mostWaiting && queue.add(turn);
            }
            free--;
        } finally {
            lock.unlock();
        }
        turn.fire();
        return true;
    }

    /** Leaves the queue; false if the permit has come. */
    private boolean leave(Signal turn) {
        lock.lock();
        try {
            return queue.remove(turn);
        } finally {
            lock.unlock();
        }
    }

    private static ProxyException overloaded() {
        return ProxyException.refused(Outcome.OVERLOADED, "too many passwords are being checked");
    }
}
