package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.internal.VirtualThreads;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.PlainWire;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that carry a listener's connections. A virtual thread stays with its connection for as long as that lives.
 * A platform thread stays until the connection waits for a request, or before the first one for a PROXY header or a
 * handshake; then the connection waits in the {@link InputSelector}. Connections that have input and find no free thread
 * get one in the order in which they came. Safe for use by many threads.
 */
final class ConnectionThreads {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionThreads.class);

    /**
     * How long a platform thread stays with a connection whose next request is likely to come soon, in milliseconds of the
     * system's time. The way through the selector would cost more, and nothing that can be seen depends on it.
     */
    private static final int STAY_MILLIS = 1_000;

    /** The same for a new connection, and for threads of which it is not known how many others need. */
    private static final int SHORT_STAY_MILLIS = 10;

    /** How many threads stay at once, at most, and never more than a quarter of all. */
    private static final int STAYING = 1_024;

    /** How long nobody has got a thread until one is freed for those that wait: longer than threads stay briefly. */
    private static final long STUCK_NANOS = 100_000_000L;

    /** Threads are scarce in the system's time, whatever the time of the exchanges is. */
    private static final TimeSource CLOCK = TimeSource.system();

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Executor executor;
    private final int limit;

    /**
     * Whether one new thread is started at a time, which starts the next one: where the processors are busy, the threads that
     * run already take what waits, and there are no more threads than are needed. Only platform threads begin at once.
     */
    private final boolean oneByOne;

    private final ListenerState state;
    private final ClientConnections connections;
    private final @Nullable InputSelector selector;
    private final @Nullable FairTurns turns;
    private final LogLimit log;
    private final LogLimit lack;
    private final Queue<Work> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    /** Threads that the executor has promised, and that have not begun: it may queue them behind others. */
    private final AtomicInteger promised = new AtomicInteger();

    private final AtomicInteger staying = new AtomicInteger();
    private final AtomicBoolean starting = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether a connection has found no free thread, and somebody must look again. */
    private volatile boolean lacking;

    /** The selector's thread's: who has been the next to get one, and since when. */
    private @Nullable Work stuck;

    private long stuckSinceNanos;

    /**
     * No connection has a thread yet.
     *
     * @throws IOException if there is no descriptor for the selector
     */
    ConnectionThreads(DirectListenerPool pool, ListenerState state, ClientConnections connections) throws IOException {
        this.executor = pool.threads();
        this.limit = pool.limit();
        this.oneByOne = pool.own() != null;
        this.state = state;
        this.connections = connections;
        this.turns = pool.platform() ? null : FairTurns.shared();
        this.log = new LogLimit(1, state.time()::nanos);
        this.lack = new LogLimit(1, CLOCK::nanos);
        this.selector = pool.platform()
                ? new InputSelector(
                        Selector::select,
                        state.time(),
                        waiter -> carry((ServerConnection) waiter),
                        this::again,
                        this::lacking)
                : null;
    }

    /** Begins to wait for connections' input. */
    void start() {
        if (selector != null) {
            state.time().startNative("direct-input", selector::run);
        }
        if (turns != null) {
            turns.begin();
        }
    }

    /** Carries a new connection, which is among those of the listener. */
    void begin(ServerConnection connection) {
        connection.begin();
        if (selector == null || connection.wire().arrived() > 0) {
            carry(connection);
        } else if (!waiting.isEmpty() || !staysWith(connection)) {
            select(connection);
        }
    }

    /** Its first input is likely to come soon. If there is no thread just now, nobody is to make room for one that is silent. */
    private boolean staysWith(ServerConnection connection) {
        waiting.add(connection);
        return startThread(null) || !waiting.remove(connection);
    }

    private void select(ServerConnection connection) {
        if (connection.leave()) {
            await(connection);
        }
    }

    /** Has the selector wait for its input. */
    private void await(ServerConnection connection) {
        handOn(connection, () -> {
            if (selector == null) {
                return false;
            }
            selector.add(connection);
            return true;
        });
    }

    /** Closes a connection that nobody has taken, also where memory was missing for that: nobody else has it. */
    private static void handOn(ServerConnection connection, BooleanSupplier take) {
        boolean taken = false;
        try {
            taken = take.getAsBoolean();
        } finally {
            if (!taken) {
                connection.close();
            }
        }
    }

    /** Gives a thread to a connection, now or as soon as one is free. */
    private void carry(ServerConnection connection) {
        handOn(connection, () -> start(connection));
    }

    /** Gives a thread to some work, now or as soon as one is free; returns false if nobody would look again. */
    boolean start(Work work) {
        if (selector == null) {
            // A thread for this work only: one that has taken another's would leave its own to nobody.
            return startThread(work);
        }
        waiting.add(work);
        startThread(null);
        return true;
    }

    /** What needs a thread for a while: a connection that has input, or a stream of one with many. */
    @FunctionalInterface
    interface Work {
        /** Does it. Throws nothing but faults. */
        void work();
    }

    /** Returns whether a connection has found no thread, and {@link #again} is to be called soon. */
    private boolean lacking() {
        return lacking;
    }

    /** Starts threads for connections that found none. For the selector's thread. */
    private void again() {
        if (lacking) {
            // Before it looks, so that whoever finds no thread from here on is not missed.
            lacking = false;
            boolean started = true;
            for (int i = waiting.size() - promised.get(); i > 0 && started; i--) {
                started = startThread(null);
            }
            if (started && (oneByOne || waiting.isEmpty())) {
                stuck = null;
            } else {
                lacking = true;
                makeRoom();
            }
        }
    }

    /**
     * If nobody has got a thread for a while, connections that have one and no request at work are ended, as many as wait:
     * those that have lingered for the longest, else those that have waited for the longest for a request's head.
     */
    private void makeRoom() {
        long now = CLOCK.nanos();
        Work next = waiting.peek();
        if (next == null || !next.equals(stuck)) {
            stuck = next;
            stuckSinceNanos = now;
        } else if (now - stuckSinceNanos >= STUCK_NANOS) {
            stuckSinceNanos = now;
            int most = waiting.size();
            for (int i = 0; i < most && (state.endLingering() || state.heads().closeOldestWithThread()); i++) {
                // It ends itself, and its thread takes the next one.
            }
            lack.happened(times -> LOG.warn(
                    "requests wait for a thread, {} now, as {} has been free for 100 ms; {} times since the last such line",
                    most,
                    oneByOne ? "none of the " + limit + " of maxThreads" : "none of the executor",
                    times));
        }
    }

    /**
     * Starts a thread, if there may be one more.
     *
     * @param own what it does; null if it takes what waits
     * @return whether a thread will do that; false if there is none
     */
    private boolean startThread(@Nullable Work own) {
        if (oneByOne && starting.getAndSet(true)) {
            return true;
        }
        boolean started = false;
        try {
            started = enter() && execute(own);
        } finally {
            if (!started) {
                starting.set(false);
                lacking = true;
                wake();
            }
        }
        return started;
    }

    private boolean execute(@Nullable Work own) {
        boolean taken = false;
        promised.incrementAndGet();
        try {
            Start start = new Start(own);
            executor.execute(start);
            taken = start.taken();
        } catch (RejectedExecutionException noneFree) {
            // The next one that is free takes the connection.
        } catch (RuntimeException | Error noThread) {
            log.happened(times -> LOG.warn(
                    "there is no thread for a connection, which waits for one; {} times since the last such line",
                    times,
                    noThread));
        } finally {
            if (!taken) {
                promised.decrementAndGet();
                running.decrementAndGet();
            } else if (!oneByOne && selector != null) {
                // A user's executor may have queued it behind threads that nobody frees.
                lacking = true;
                wake();
            }
        }
        return taken;
    }

    /** A thread begins, unless the executor lets its caller work: then it has no free thread, and this one must not block. */
    private final class Start implements Runnable {
        private final @Nullable Work own;
        private final Thread caller = Thread.currentThread();
        /** Both are the caller's. */
        private boolean asked;

        private boolean refused;

        private Start(@Nullable Work own) {
            this.own = own;
        }

        @Override
        public void run() {
            if (Thread.currentThread() == caller && !asked) {
                refused = true;
            } else {
                begun(own);
            }
        }

        /** Returns whether another thread runs it; behind the question. */
        boolean taken() {
            asked = true;
            return !refused;
        }
    }

    private boolean enter() {
        int now = running.get();
        while (now - state.tunnels().open() < limit) {
            if (running.compareAndSet(now, now + 1)) {
                return true;
            }
            now = running.get();
        }
        return false;
    }

    private void begun(@Nullable Work own) {
        promised.decrementAndGet();
        starting.set(false);
        if (own != null || VirtualThreads.isCurrent()) {
            runOne(own == null ? waiting.poll() : own);
            return;
        }
        do {
            try {
                runAll();
            } finally {
                running.decrementAndGet();
            }
            // Who has added one in the meantime may have found no place.
        } while (!waiting.isEmpty() && enter());
    }

    /** A virtual thread is cheaper than a stack that has been large, and each connection that waits has one of its own. */
    private void runOne(@Nullable Work next) {
        try {
            // It has no name in the log otherwise.
            Thread.currentThread().setName("sluice-direct-" + NUMBER.incrementAndGet());
            if (next != null) {
                run(next);
            }
        } finally {
            running.decrementAndGet();
        }
    }

    /** Runs those that wait for a thread, unless a tunnel that has ended has left one more than there may be. */
    private void runAll() {
        Work next = waiting.poll();
        if (next != null && oneByOne && !waiting.isEmpty()) {
            startThread(null);
        }
        for (; next != null; next = mayGoOn() ? waiting.poll() : null) {
            run(next);
        }
    }

    private boolean mayGoOn() {
        return running.get() - state.tunnels().open() <= limit;
    }

    private static void run(Work next) {
        // What interrupted the thread meant the work before, and would close this connection.
        Thread.interrupted();
        next.work();
    }

    /** Carries a connection as far as there is input. For the thread that has taken it. */
    void carryOn(ServerConnection connection) {
        boolean waits = false;
        try {
            waits = connection.run();
        } finally {
            if (!waits) {
                ended(connection);
            }
        }
        if (connection.hasOwnThread()) {
            return;
        }
        if (waits && waitsItself()) {
            carry(connection);
        } else if (waits) {
            await(connection);
        }
    }

    /** Returns whether the calling thread waits for a connection's input itself, or else the selector does. */
    boolean waitsItself() {
        return selector == null || VirtualThreads.isCurrent();
    }

    /**
     * Stays for a while with a connection that waits.
     *
     * @param isNew whether it waits for its first input
     * @return whether it has input, or has ended
     */
    boolean stay(PlainWire wire, boolean isNew) throws IOException {
        if (!waiting.isEmpty() || staying.get() >= Math.min(STAYING, limit / 4)) {
            return false;
        }
        staying.incrementAndGet();
        try {
            return wire.awaitInput(isNew ? SHORT_STAY_MILLIS : stayMillis());
        } finally {
            staying.decrementAndGet();
        }
    }

    /** Waits as long as a thread stays; returns whether there is input, or its end. */
    boolean awaitInput(PlainWire wire) throws IOException {
        return wire.awaitInput(STAY_MILLIS);
    }

    private int stayMillis() {
        boolean scarce = running.get() - state.tunnels().open() > limit / 2;
        return (oneByOne && !scarce) || waitsItself() ? STAY_MILLIS : SHORT_STAY_MILLIS;
    }

    /** A request has been answered: others may have a turn. */
    void giveWay() {
        if (turns != null) {
            turns.giveWay();
        }
    }

    /** Returns whether a wait of so long is one for which a thread stays. */
    boolean isSoon(long nanos) {
        return nanos < stayMillis() * 1_000_000L;
    }

    /** A connection has been closed. Has no effect the second time. */
    void ended(ServerConnection connection) {
        if (connections.remove(connection)) {
            connection.letGo();
        }
    }

    /** A connection without a thread has been closed. */
    void endedWithoutThread(ServerConnection connection) {
        ended(connection);
        wake();
    }

    private void wake() {
        if (selector != null) {
            selector.wake();
        }
    }

    /** Ends the selector. All connections are to be closed before. */
    void close() {
        if (selector != null) {
            selector.close();
        }
        if (turns != null && !closed.getAndSet(true)) {
            turns.end();
        }
    }
}
