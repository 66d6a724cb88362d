package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.internal.VirtualThreads;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Watch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets virtual threads have a turn that would get none. A carrier thread looks at the queue of all only when its own is
 * empty. New threads are in the queue of all, and so are those that wait for a connection to be made; those that answer
 * requests are in the carriers' own. If there is always another request, then nobody else ever has a turn: no new client is
 * served, and no new connection to an origin is used.
 *
 * <p>Ten times a second a thread is begun that does nothing, to see whether it gets a turn. While it does not, threads that
 * have answered a request go through the queue of all, too, behind those that wait there. If it gets none at all, threads
 * hold the carriers, and that is reported. Safe for use by many threads.
 */
final class FairTurns implements Watch.Watched {
    private static final Logger LOG = LoggerFactory.getLogger(FairTurns.class);

    /** Without a turn for so long, it is not only that others come first. */
    private static final long BLOCKED_NANOS = 2_000_000_000L;

    private static final LogLimit BLOCKED = new LogLimit(1, TimeSource.system()::nanos);
    private static final @Nullable FairTurns SHARED = VirtualThreads.any()
            .map(virtual -> new FairTurns(virtual, FairTurns::report))
            .orElse(null);

    private final Executor virtual;
    private final Runnable blocked;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean starving;
    private int users;

    /** The sweep's. */
    private long askedNanos;

    private boolean reported;

    /**
     * Nobody is asked yet.
     *
     * @param virtual begins virtual threads
     * @param blocked is told, on the clock's thread, when none has had a turn for 2 s
     */
    FairTurns(Executor virtual, Runnable blocked) {
        this.virtual = virtual;
        this.blocked = blocked;
    }

    private static void report() {
        BLOCKED.happened(times -> LOG.warn(
                "no virtual thread has had a turn for 2 s, {} times since the last such line: as many as there are"
                        + " processors compute, or block in native code, and nobody else is served meanwhile. Give"
                        + " the server an executor of platform threads, or such work a pool",
                times));
    }

    /** Those of all virtual threads of the JVM, as they share their carriers; null if it has none. */
    static @Nullable FairTurns shared() {
        return SHARED;
    }

    /** From now on it looks. */
    synchronized void begin() {
        if (users++ == 0) {
            Watch.of(TimeSource.system()).add(this);
        }
    }

    /** Ends {@link #begin}. */
    synchronized void end() {
        if (--users == 0) {
            Watch.of(TimeSource.system()).remove(this);
            starving = false;
        }
    }

    @Override
    public void sweep(long nowNanos) {
        if (!asked.getAndSet(true)) {
            askedNanos = nowNanos;
            reported = false;
            ask();
            return;
        }
        starving = true;
        if (!reported && nowNanos - askedNanos >= BLOCKED_NANOS) {
            reported = true;
            blocked.run();
        }
    }

    private void ask() {
        boolean begun = false;
        try {
            virtual.execute(this::turn);
            begun = true;
        } finally {
            if (!begun) {
                // Without memory, for example. Otherwise it would never ask again.
                asked.set(false);
            }
        }
    }

    private void turn() {
        starving = false;
        asked.set(false);
    }

    /** Whether others have no turn. */
    boolean starving() {
        return starving;
    }

    /** Lets others have their turn, if they have none. For a virtual thread that has ended a piece of work. */
    void giveWay() {
        if (starving) {
            // Not a yield, which goes back to the carrier's own queue: the timer puts it into the queue of all.
            LockSupport.parkNanos(1);
        }
    }
}
