package dev.sluice.proxy.time;

import dev.sluice.proxy.internal.Nanos;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.LoggerFactory;

/**
 * A clock that owns waiting. Only through it does the library read a clock, wait, or start a thread, so on a time
 * source that a test moves every timeout, back-off, probe and limit is deterministic. Implementations are safe for use
 * by many threads.
 */
public interface TimeSource {
    /** A deadline that is never reached. */
    long NEVER = Long.MAX_VALUE;

    /** The time source of the running JVM: {@link System#nanoTime()} and the system's wall clock. */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }

    /** Monotonic time in nanoseconds since some fixed start: never negative, and never {@link #NEVER}. */
    long nanos();

    /** The wall clock's time. It may jump; durations are measured with {@link #nanos()}. */
    Instant now();

    /**
     * Runs {@code task} once after {@code delay}; at once if the delay is zero or negative. The task must not block: it
     * shares its thread with all others. Its exceptions are logged. Do not hold a lock that the task needs: a clock
     * that a test moves may run a task without delay on the calling thread, before this returns.
     *
     * @return takes the task back; has no effect once it has begun
     */
    Scheduled schedule(Duration delay, Runnable task);

    /**
     * Waits until {@code signal} has fired or {@link #nanos()} has reached {@code deadlineNanos}.
     *
     * @param deadlineNanos a time of this source, or {@link #NEVER}
     * @return whether the signal has fired
     * @throws InterruptedException if the thread is interrupted before or while it waits
     */
    boolean await(Signal signal, long deadlineNanos) throws InterruptedException;

    /**
     * Runs {@code work}, which may block, beside the calling thread. Its exceptions are logged.
     *
     * @param name what the work is for; the thread's name shows it
     * @return fires when the work has ended
     */
    Signal start(String name, Runnable work);

    /**
     * Runs {@code call} of a user, such as a listener, where it may block and delays nobody else. By default that is
     * its own task, as with {@link #start}. A clock that a test moves runs it at once on the calling thread, so that
     * the order stays the same from run to run; so does any clock if there is no thread for a task. Its exceptions are
     * logged.
     *
     * @param name what the call is for; the thread's name shows it
     */
    default void handOff(String name, Runnable call) {
        try {
            start(name, call);
        } catch (RuntimeException | Error noThread) {
            LoggerFactory.getLogger(TimeSource.class)
                    .error("there is no thread for {}, which therefore runs where it may delay others", name, noThread);
            call.run();
        }
    }

    /**
     * Runs {@code work}, which may block inside the operating system, such as the look-up of a name: never on a virtual
     * thread, which would hold its carrier thread in the meantime. Otherwise like {@link #start}, which is also the
     * default. There is no limit of how many run at once: the caller must limit them.
     *
     * @param name what the work is for; the thread's name shows it
     * @return fires when the work has ended
     */
    default Signal startNative(String name, Runnable work) {
        return start(name, work);
    }

    /**
     * The time of this source that is {@code duration} from now, or {@link #NEVER} if that is beyond the greatest time.
     */
    default long deadline(Duration duration) {
        return Nanos.after(nanos(), Nanos.of(duration));
    }

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Scheduled {
        /** Takes the task back. Has no effect if it has begun, or has been taken back before. */
        void cancel();
    }
}
