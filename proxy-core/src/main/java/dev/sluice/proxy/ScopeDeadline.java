package dev.sluice.proxy;

import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.function.IntConsumer;

/**
 * The deadline of a scope, which can be replaced. Guarded by the lock of its owner, except for {@link #schedule}, which
 * is called without it: a clock that a test moves may run a task without delay at once, and that task runs hooks.
 */
final class ScopeDeadline {
    private static final TimeSource.Scheduled NO_TASK = () -> {};

    private long nanos = TimeSource.NEVER;
    /** Counts the deadlines, so that the task of one that was replaced has no effect. */
    private int number;

    private TimeSource.Scheduled task = NO_TASK;

    long nanos() {
        return nanos;
    }

    /** Replaces the deadline by another; returns its number. */
    int replace(long newNanos) {
        task.cancel();
        task = NO_TASK;
        nanos = newNanos;
        number++;
        return number;
    }

    boolean isCurrent(int other) {
        return number == other;
    }

    /** A task that calls {@code passed} with the deadline's number when it has come. */
    static TimeSource.Scheduled schedule(TimeSource time, long nanos, int number, IntConsumer passed) {
        return time.schedule(Duration.ofNanos(nanos - time.nanos()), () -> passed.accept(number));
    }

    /** Keeps the task of the deadline with this number, or takes it back if there is another by now, or the end has come. */
    void keep(int other, TimeSource.Scheduled scheduled) {
        if (isCurrent(other)) {
            task = scheduled;
        } else {
            scheduled.cancel();
        }
    }

    /** The scope has ended, and no deadline counts any more. */
    void end() {
        task.cancel();
        number++;
    }
}
