package dev.sluice.proxy.internal;

import java.util.concurrent.atomic.AtomicInteger;

/** Letting other threads run. */
public final class OtherThreads {
    /**
     * A virtual thread that yields goes to the end of its carrier's own queue, and whom a socket, a timer or another
     * thread has woken is looked at only when that queue is empty. So no more than these are in such queues at once, and
     * in one slice of time in four nobody joins them: then they run empty, as those threads wait for their bytes.
     */
    private static final int MOST = 64;

    /** 4 ms, which is more than a turn of all of them takes. */
    private static final int SLICE_BITS = 22;

    private static final int SLICES = 4;

    private static final AtomicInteger YIELDING = new AtomicInteger();

    /** For measurements alone: {@code always} or {@code never}. */
    private static final String MODE = System.getProperty("dev.sluice.lab.yield", "");

    private OtherThreads() {}

    /**
     * Lets the others that are ready run before this one goes on, unless that could keep yet others waiting. Before a
     * read whose bytes are on their way this saves a fifth of what a small exchange costs: they are there when the
     * thread's turn comes again, and nothing has to be waited for. It is a matter of speed alone.
     *
     * @return whether it did
     */
    @SuppressWarnings("ThreadPriorityCheck")
    public static boolean first() {
        if (MODE.equals("never")) {
            return false;
        }
        if (MODE.equals("always") || !VirtualThreads.isCurrent()) {
            Thread.yield();
            return true;
        }
        if ((System.nanoTime() >>> SLICE_BITS) % SLICES == 0) {
            return false;
        }
        try {
            boolean few = YIELDING.incrementAndGet() <= MOST;
            if (few) {
                Thread.yield();
            }
            return few;
        } finally {
            YIELDING.decrementAndGet();
        }
    }
}
