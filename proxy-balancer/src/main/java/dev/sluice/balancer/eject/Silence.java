package dev.sluice.balancer.eject;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether a member is silent though every request is hedged: each slow attempt loses to a hedge, and so gives no result
 * to count. A member that is only slow must not count as silent, and its losses look the same. So a member is only
 * suspected when it has sent no head for {@link #QUIET} and {@link #LOST} attempts have lost. Then one attempt gets far
 * more time than others before another runs beside it: a slow member answers it, a silent one does not.
 *
 * <p>Safe for use by many threads.
 */
public final class Silence {
    private static final int LOST = 5;
    private static final long QUIET = Duration.ofSeconds(10).toNanos();
    private static final long MOST_QUIET = Duration.ofMinutes(5).toNanos();
    private static final long LEAST_PATIENCE = Duration.ofSeconds(1).toNanos();
    private static final long MOST_PATIENCE = Duration.ofSeconds(10).toNanos();
    private static final int LONGER = 20;

    private final AtomicInteger lost = new AtomicInteger();
    private volatile long heardNanos;
    private volatile long quietNanos = QUIET;

    Silence(long nanos) {
        this.heardNanos = nanos;
    }

    /** The head of a response has come, or the member begins again. */
    void heard(long nanos) {
        heard(nanos, QUIET);
    }

    /** An attempt with more time was answered: the member is slow, and is suspected less and less often. */
    void heardLate(long nanos) {
        heard(nanos, Math.min(2 * quietNanos, MOST_QUIET));
    }

    private void heard(long nanos, long quiet) {
        heardNanos = nanos;
        if (quietNanos != quiet) {
            quietNanos = quiet;
        }
        if (lost.get() != 0) {
            lost.set(0);
        }
    }

    /** An attempt has lost to a hedge, and nothing of a response had come. */
    void lost() {
        lost.incrementAndGet();
    }

    /** Returns whether the next attempt gets more time; true for only one of those that ask at once. */
    boolean suspected(long nanos) {
        int losses = lost.get();
        return losses >= LOST && nanos - heardNanos >= quietNanos && lost.compareAndSet(losses, 0);
    }

    /** The time limit of such an attempt, if other attempts have {@code delayNanos}. */
    public static long patienceNanos(long delayNanos) {
        long longer = delayNanos > MOST_PATIENCE ? delayNanos : delayNanos * LONGER;
        return Math.max(Math.max(LEAST_PATIENCE, delayNanos), Math.min(longer, MOST_PATIENCE));
    }

    /** For how long nothing has been heard, in words. */
    String words(long nanos) {
        return "it has sent nothing for " + Duration.ofNanos(nanos - heardNanos).toSeconds() + " s";
    }
}
