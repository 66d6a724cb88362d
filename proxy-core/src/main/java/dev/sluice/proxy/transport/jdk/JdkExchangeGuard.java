package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.time.TimeSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Surrounds calls that may block on the client's connection, so that another thread can break them off: the JDK's
 * server has no timeouts of its own, and an interrupt closes the channel that a thread is blocked on.
 *
 * <p>One thread at a time is <i>inside</i>, between {@link #enter} and {@link #exit}. It is interrupted only while
 * inside, and the exit clears the interrupt, so code outside never sees our interrupts. If somebody else has interrupted
 * it before, that flag is cleared while it is inside and set again at the exit.
 */
final class JdkExchangeGuard {
    private final JdkListenerWatch watch;
    private final Consumer<JdkExchangeGuard> overdue;
    private volatile long deadlineNanos = TimeSource.NEVER;
    private @Nullable Thread inside;
    /** Whether the thread inside was interrupted before, by somebody else. */
    private boolean flagged;

    private @Nullable Outcome interrupted;
    private @Nullable Outcome barred;

    /** A guard that calls {@code overdue}, which must not block, when a thread is inside past its deadline. */
    JdkExchangeGuard(JdkListenerWatch watch, Consumer<JdkExchangeGuard> overdue) {
        this.watch = watch;
        this.overdue = overdue;
    }

    /** Goes inside, unless the guard is barred: then returns the outcome of the barring, and is not inside. */
    @Nullable
    Outcome enter(long deadline) {
        synchronized (this) {
            if (barred != null) {
                return barred;
            }
            // A channel closes under an interrupted thread, but a thread that keeps its flag still has an answer to
            // send.
            flagged = Thread.interrupted();
            inside = Thread.currentThread();
            deadlineNanos = deadline;
        }
        watch.sweepBy(deadline);
        return null;
    }

    /** Goes outside, and returns the outcome of an interrupt while it was inside, or null. */
    synchronized @Nullable Outcome exit() {
        inside = null;
        deadlineNanos = TimeSource.NEVER;
        Outcome why = interrupted;
        interrupted = null;
        if (why != null) {
            Thread.interrupted();
        }
        if (flagged) {
            flagged = false;
            Thread.currentThread().interrupt();
        }
        return why;
    }

    /** Breaks off a blocked thread inside, if there is one; that closes the connection. */
    synchronized void interrupt(Outcome why) {
        if (inside != null && interrupted == null) {
            interrupted = why;
            inside.interrupt();
        }
    }

    /** Lets nobody in any more, and returns whether a thread is still inside. */
    synchronized boolean bar(Outcome why) {
        if (barred == null) {
            barred = why;
        }
        return inside != null;
    }

    /** Acts if a thread is inside past its deadline; else returns that deadline. */
    long check(long nowNanos) {
        long deadline = deadlineNanos;
        if (deadline > nowNanos) {
            return deadline;
        }
        deadlineNanos = TimeSource.NEVER;
        overdue.accept(this);
        return TimeSource.NEVER;
    }
}
