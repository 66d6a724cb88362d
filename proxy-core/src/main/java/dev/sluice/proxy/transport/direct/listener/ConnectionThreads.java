package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.time.Signal;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that carry a listener's connections: each connection has one for as long as it lives. When all are taken,
 * the least needed connection is closed, and its thread takes over the new one. Safe for use by many threads.
 */
final class ConnectionThreads {
    /** How often it looks for a thread that can serve the backlog of a closing listener. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Executor executor;
    private final int limit;
    private final ListenerState state;
    private final ClientConnections connections;
    private final Refusals refusals;
    private final Queue<ServerConnection> takeovers = new ConcurrentLinkedQueue<>();
    private final Signal closed = new Signal();

    /** @param limit how many threads there are at most, for messages */
    ConnectionThreads(
            Executor executor, int limit, ListenerState state, ClientConnections connections, Refusals refusals) {
        this.executor = executor;
        this.limit = limit;
        this.state = state;
        this.connections = connections;
        this.refusals = refusals;
    }

    /** Gives a thread to a connection, which is among those of the listener. */
    void carry(ServerConnection connection) {
        try {
            executor.execute(() -> run(connection));
        } catch (RejectedExecutionException noneFree) {
            if (state.draining()) {
                takeovers.add(connection);
            } else {
                replaceOne(connection);
            }
        } catch (RuntimeException | Error noThread) {
            remove(connection);
            connection.close();
            throw noThread;
        }
    }

    /**
     * What the backlog held while all threads were taken: each thread takes one over when its own connection has
     * ended, which it does after the answer that it is at. One that has just looked for the last time is missed by
     * that, so this looks again.
     */
    void carryTakeovers() {
        while (!takeovers.isEmpty() && !closed.fired()) {
            try {
                executor.execute(() -> run(null));
            } catch (RejectedExecutionException full) {
                pause();
            }
        }
        takeovers.forEach(ServerConnection::close);
    }

    private void pause() {
        try {
            state.time().await(closed, state.time().deadline(PAUSE));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a connection, if any, to its end, and then those that wait for a thread. */
    private void run(@Nullable ServerConnection first) {
        if (Thread.currentThread().getName().isEmpty()) {
            // A virtual thread has no name in the log otherwise.
            Thread.currentThread().setName("sluice-direct-" + NUMBER.incrementAndGet());
        }
        for (ServerConnection next = first == null ? takeovers.poll() : first; next != null; next = takeovers.poll()) {
            try {
                next.run();
            } finally {
                remove(next);
            }
        }
    }

    private void remove(ServerConnection connection) {
        if (connections.remove(connection)) {
            connection.letGo();
        }
    }

    /** All threads are taken: the thread of the least needed connection takes over this one. */
    private void replaceOne(ServerConnection connection) {
        takeovers.add(connection);
        if (connections.closeOneWithThread() || !takeovers.remove(connection)) {
            return;
        }
        connections.remove(connection);
        ProxyException why = ProxyException.refused(
                Outcome.OVERLOADED, "too many connections", "all threads are in use, maxThreads is " + limit);
        refusals.refuse(connection, why, state.tls() == null);
    }

    /** Looks no more for threads that take over connections. */
    void close() {
        closed.fire();
    }
}
