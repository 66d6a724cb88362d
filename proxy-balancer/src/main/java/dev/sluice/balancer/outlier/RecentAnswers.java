package dev.sluice.balancer.outlier;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Which of the last {@value #MOST} answers of a member were server errors. Answers are forgotten when none has come for
 * a while. Counted and read by many threads at once, without locks.
 */
final class RecentAnswers {
    static final int MOST = 20;

    private static final long BITS = (1L << MOST) - 1;

    /** A bit for each answer, the latest lowest and 1 for an error; above them, how many there are. */
    private final AtomicLong state = new AtomicLong();

    private final long memoryNanos;
    private volatile long latestNanos;

    RecentAnswers(long memoryNanos) {
        this.memoryNanos = memoryNanos;
    }

    void count(boolean error, long nanos) {
        boolean old = old(nanos);
        state.updateAndGet(before -> {
            long known = old ? 0 : before;
            long bits = ((known & BITS) << 1 | (error ? 1 : 0)) & BITS;
            return Math.min(MOST, (known >> MOST) + 1) << MOST | bits;
        });
        latestNanos = nanos;
    }

    /** How many answers are known. */
    int answers(long nanos) {
        return old(nanos) ? 0 : (int) (state.get() >> MOST);
    }

    /** How many of them were errors. */
    int errors(long nanos) {
        return old(nanos) ? 0 : Long.bitCount(state.get() & BITS);
    }

    void forget() {
        state.set(0);
    }

    private boolean old(long nanos) {
        return nanos - latestNanos > memoryNanos;
    }
}
