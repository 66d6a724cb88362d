package dev.sluice.proxy.testing;

import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that a test moves, for tests with sockets and their own threads. It begins at 0 nanoseconds and {@code
 * 2026-01-01T00:00:00Z}, and only {@link #advance} moves it. Threads are real: one that {@code advance} wakes goes on
 * when the operating system lets it, and may then see a later time than the one it waited for. If the order of several
 * tasks matters, use {@link SimulatedTime}.
 *
 * <p>Safe for use by many threads. Scheduled tasks run one at a time.
 */
public final class ManualTime implements TimeSource {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ReentrantLock running = new ReentrantLock();
    private final Object lock = new Object();
    private final Agenda agenda = new Agenda();
    private final Set<Signal> waiters = new HashSet<>();
    private final Change waitersChange = new Change();
    private long nanos;

    /** Makes a clock at its beginning. */
    public ManualTime() {}

    /**
     * Moves the clock by {@code duration} and does all that is due until then, in order of time and then of
     * registration: scheduled tasks run on the calling thread, also those that they schedule, and waiting threads are
     * woken.
     *
     * @throws IllegalArgumentException if the duration is negative, or past the end of time
     * @throws IllegalStateException if a scheduled task calls it
     */
    public void advance(Duration duration) {
        if (running.isHeldByCurrentThread()) {
            throw new IllegalStateException("a scheduled task must not advance the clock");
        }
        running.lock();
        try {
            runUntil(target(this, duration));
        } finally {
            running.unlock();
        }
        runDue();
    }

    /**
     * Waits, in real time, until at least {@code n} threads wait in {@link #await}. A thread counts until the event it
     * waits for has come, so after {@link #advance} or {@link Signal#fire()} a thread that is only slow to leave is not
     * counted.
     *
     * @throws IllegalStateException if there are fewer after 10 seconds; the message says how many
     * @throws InterruptedException if the thread is interrupted
     */
    public void awaitWaiters(int n) throws InterruptedException {
        waitersChange.await(() -> waiters() >= n, () -> n + " waiting threads; there are " + waiters());
    }

    @Override
    public long nanos() {
        synchronized (lock) {
            return nanos;
        }
    }

    @Override
    public Instant now() {
        return START.plusNanos(nanos());
    }

    /** As the interface says. A task without delay runs on the calling thread, unless a scheduled task is running. */
    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        Agenda.Entry entry;
        synchronized (lock) {
            long atNanos = deadline(delay);
            if (atNanos == NEVER) {
                return () -> {};
            }
            entry = agenda.add(Math.max(nanos, atNanos), task);
        }
        runDue();
        return () -> forget(entry);
    }

    @Override
    public boolean await(Signal signal, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Signal woken = new Signal();
        Agenda.Entry atDeadline;
        synchronized (lock) {
            if (signal.fired() || deadlineNanos <= nanos) {
                return signal.fired();
            }
            atDeadline = deadlineNanos == NEVER ? null : agenda.add(deadlineNanos, () -> wake(woken));
            waiters.add(woken);
        }
        Runnable unhook = signal.whenFired(() -> wake(woken));
        waitersChange.tell();
        try {
            TimeSource.system().await(woken, NEVER);
            return signal.fired();
        } finally {
            unhook.run();
            forget(atDeadline);
            wake(woken);
        }
    }

    /** Starts a daemon thread at once. */
    @Override
    public Signal start(String name, Runnable work) {
        return TimeSource.system().start(name, work);
    }

    /** Runs the call at once, on the calling thread. */
    @Override
    public void handOff(String name, Runnable call) {
        Agenda.run(name, call);
    }

    /** Starts a daemon thread at once, which is no virtual one. */
    @Override
    public Signal startNative(String name, Runnable work) {
        return TimeSource.system().startNative(name, work);
    }

    /** The time {@code duration} from now, for clocks that a test moves. */
    static long target(TimeSource time, Duration duration) {
        long target = time.deadline(duration);
        if (duration.isNegative() || target == NEVER) {
            throw new IllegalArgumentException("duration to advance by is negative or too long: " + duration);
        }
        return target;
    }

    /** A task may fall due just when the thread that ran others has seen the last of them: so this looks again. */
    private void runDue() {
        while (isDue() && !running.isHeldByCurrentThread() && running.tryLock()) {
            try {
                runUntil(nanos());
            } finally {
                running.unlock();
            }
        }
    }

    private void runUntil(long untilNanos) {
        while (true) {
            Agenda.Entry due;
            synchronized (lock) {
                due = agenda.poll(untilNanos);
                nanos = Math.max(nanos, due == null ? untilNanos : due.nanos());
            }
            if (due == null) {
                return;
            }
            due.run();
        }
    }

    private boolean isDue() {
        synchronized (lock) {
            return agenda.hasDue(nanos);
        }
    }

    int waiters() {
        synchronized (lock) {
            return waiters.size();
        }
    }

    private void wake(Signal waiter) {
        synchronized (lock) {
            waiters.remove(waiter);
        }
        waiter.fire();
    }

    private void forget(Agenda.@Nullable Entry entry) {
        synchronized (lock) {
            if (entry != null) {
                agenda.remove(entry);
            }
        }
    }
}
