package dev.sluice.proxy.testing;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves by itself when everybody waits, so that what takes hours takes milliseconds and goes the same way
 * each time. It begins at 0 nanoseconds and {@code 2026-01-01T00:00:00Z}.
 *
 * <pre>{@code
 * SimulatedTime time = new SimulatedTime();
 * int status = time.run(() -> TestClient.of(proxy, time).get("/").status());
 * }</pre>
 *
 * <p>Tasks are real threads of which exactly one runs at a time: it goes on until it waits in {@link #await} or ends, then
 * the next goes on, the one first that became able to first. What is scheduled runs, on the thread that has just begun to
 * wait, in order of time and then of registration. When nobody can go on, the clock moves to the next time at which
 * somebody can. A task that blocks by other means than {@code await} holds up all others, and what threads do that are no
 * tasks is not waited for: this clock is for tests without sockets.
 *
 * <p>{@link #schedule}, {@link #start} and firing a signal are safe on any thread.
 */
public final class SimulatedTime implements TimeSource {
    private final Baton baton = new Baton();

    /** Makes a clock at its beginning. */
    public SimulatedTime() {}

    /**
     * Runs {@code work} on the calling thread as the first task, beside those that have been started and are started
     * meanwhile. Ends when it ends: tasks that are left are then interrupted, and run to their end without the clock
     * moving. What is still scheduled stays so, for a next run.
     *
     * @return what {@code work} returns
     * @throws Exception what {@code work} throws; from its {@link #await} an IllegalStateException when all tasks wait
     *     for ever and nothing is scheduled, with their names
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
     * Lets {@code duration} pass for the calling task: all that is due until then, and at that very time, happens
     * before this returns. With a duration of zero, all that can happen now.
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
     * As the interface says; other tasks run meanwhile.
     *
     * @throws IllegalStateException if the wait can never end, or would block a thread that is not the running task
     */
    @Override
    public boolean await(Signal signal, long deadlineNanos) throws InterruptedException {
        return baton.await(signal, deadlineNanos, false);
    }

    /** As the interface says; the work begins when the tasks before it have come to wait, and not outside of a run. */
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
