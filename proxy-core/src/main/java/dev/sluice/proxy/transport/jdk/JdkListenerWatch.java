package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks after all guards of a listener with one scheduled sweep, at the earliest deadline known, rather than with a
 * timer per read: entering a guard costs a write to a field, and schedules something only when its deadline comes
 * before the next sweep. Safe for use by many threads.
 */
final class JdkListenerWatch {
    private final TimeSource time;
    private final Set<JdkExchangeGuard> guards = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();
    private volatile long nextSweepNanos = TimeSource.NEVER;
    private TimeSource.Scheduled sweep = () -> {};
    private boolean closed;

    JdkListenerWatch(TimeSource time) {
        this.time = time;
    }

    TimeSource time() {
        return time;
    }

    void add(JdkExchangeGuard guard) {
        guards.add(guard);
    }

    void remove(JdkExchangeGuard guard) {
        guards.remove(guard);
    }

    /** Frees every thread that is blocked in a guard. */
    void interruptAll(Outcome why) {
        guards.forEach(guard -> guard.interrupt(why));
    }

    /** Makes sure that a sweep comes at {@code deadlineNanos} or before. */
    void sweepBy(long deadlineNanos) {
        if (deadlineNanos >= nextSweepNanos) {
            return;
        }
        synchronized (lock) {
            if (deadlineNanos < nextSweepNanos && !closed) {
                sweep.cancel();
                nextSweepNanos = deadlineNanos;
                sweep = time.schedule(Duration.ofNanos(deadlineNanos - time.nanos()), this::sweep);
            }
        }
    }

    /** Schedules nothing more, and cancels scheduled sweeps. */
    void close() {
        synchronized (lock) {
            closed = true;
            sweep.cancel();
        }
    }

    private void sweep() {
        synchronized (lock) {
            // Before the guards are looked at: one that is entered meanwhile then schedules the next sweep by itself.
            nextSweepNanos = TimeSource.NEVER;
        }
        long now = time.nanos();
        long earliest = TimeSource.NEVER;
        for (JdkExchangeGuard guard : guards) {
            earliest = Math.min(earliest, guard.check(now));
        }
        sweepBy(earliest);
    }
}
