package dev.sluice.proxy.testing;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves by itself when all tasks wait, so that hours take milliseconds and each run is the same. It begins
 * at 0 nanoseconds and {@code 2026-01-01T00:00:00Z}.
 *
 * <pre>{@code
 * SimulatedTime time = new SimulatedTime();
 * int status = time.run(() -> TestClient.of(proxy, time).get("/").status());
 * }</pre>
 *
 * <p>Tasks are real threads, of which exactly one runs at a time: it goes on until it waits in {@link #await} or ends,
 * then the task goes on that became ready first. Scheduled work runs on the thread that has just begun to wait, in
 * order of time and then of registration. When no task can go on, the clock moves to the next time at which one can. A
 * task that blocks in another way than {@code await} blocks all others, and the clock does not wait for threads that
 * are not tasks: it is for tests without sockets.
 *
 * <p>{@link #schedule}, {@link #start} and firing a signal are safe on any thread.
 */
public final class SimulatedTime implements TimeSource {
    private final Baton baton = new Baton();

    /** Makes a clock at its beginning. */
    public SimulatedTime() {}

    /**
     * Runs {@code work} on the calling thread as the first task, beside other started tasks. Ends when it ends: the
     * remaining tasks are then interrupted, and run to their end while the clock stands still. Scheduled work stays
     * scheduled for the next run.
     *
     * @return what {@code work} returns
     * @throws Exception what {@code work} throws; from its {@link #await} an IllegalStateException with the names of
     *     the tasks, if all wait forever and nothing is scheduled
     * @throws IllegalStateException if another run goes on, or if a task has not ended 10 real seconds after it was
     *     interrupted
     */
    public <T extends @Nullable Object> T run(Callable<T> work) throws Exception {
        baton.begin();
        T result;
        try {
            result = work.call();
        } catch (Throwable failure) {
            try {
                baton.stop();
            } catch (IllegalStateException leftover) {
                failure.addSuppressed(leftover);
            }
            throw failure;
        }
        baton.stop();
        return result;
    }

    /**
     * Runs {@code work} so many times at once, each time as a task, as many clients would.
     *
     * @return what the runs return, in the order in which they began
     * @throws Exception what the first run throws that fails, once all have ended; others are suppressed in it
     * @throws IllegalArgumentException if {@code times} is negative
     * @throws IllegalStateException as {@link #run} does
     */
    public <T extends @Nullable Object> List<T> together(int times, Callable<T> work) throws Exception {
        Require.notNegative("times", times);
        return run(() -> Together.run(this, Collections.nCopies(times, work)));
    }

    /** The same for works that differ. */
    @SafeVarargs
    public final <T extends @Nullable Object> List<T> together(Callable<T>... works) throws Exception {
        List<Callable<T>> all = new ArrayList<>();
        for (Callable<T> each : works) {
            all.add(each);
        }
        return run(() -> Together.run(this, all));
    }

    /**
     * Lets {@code duration} pass for the calling task: everything that is due until then, and at exactly that time,
     * happens before this returns. With a duration of zero, everything that can happen now.
     *
     * @throws IllegalArgumentException if the duration is negative, or past the end of time
     * @throws IllegalStateException if the calling thread is not the running task
     * @throws InterruptedException if the task is interrupted before or meanwhile
     */
    public void advance(Duration duration) throws InterruptedException {
        baton.await(new Signal(), ManualTime.target(this, duration), true);
    }

    @Override
    public long nanos() {
        return baton.nanos();
    }

    @Override
    public Instant now() {
        return ManualTime.START.plusNanos(nanos());
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        return baton.schedule(deadline(delay), task);
    }

    /**
     * As the interface says; other tasks run in the meantime.
     *
     * @throws IllegalStateException if the wait can never end, or would block a thread that is not the running task
     */
    @Override
    public boolean await(Signal signal, long deadlineNanos) throws InterruptedException {
        return baton.await(signal, deadlineNanos, false);
    }

    /** As the interface says; the work begins when the earlier tasks wait, and only within a run. */
    @Override
    public Signal start(String name, Runnable work) {
        return baton.start(name, work);
    }

    /** Runs the call at once, on the calling thread. */
    @Override
    public void handOff(String name, Runnable call) {
        Agenda.run(name, call);
    }
}
