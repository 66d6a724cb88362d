package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.PlainWire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server socket and its connections. One task accepts; each connection has a thread of the pool for as long as it
 * lives. When the pool is full, the least needed connection is closed, and its thread takes over the new one.
 */
public final class DirectListener implements Listener {
    /** How often it looks for a thread that can serve the backlog of a closing listener. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** What it can do. */
    public static final Set<Capability> CAPABILITIES = ServerExchange.CAPABILITIES;

    private final Acceptor acceptor;
    private final Runnable onClose;
    private final ListenerOptions options;
    private final ListenerState state;
    private final TimeSource time;
    private final Executor threads;
    private final boolean ownThreads;
    private final ClientConnections connections;
    private final Refusals refusals;
    private final Queue<ServerConnection> takeovers = new ConcurrentLinkedQueue<>();
    private final Signal closed = new Signal();
    private final AtomicBoolean ended = new AtomicBoolean();

    private DirectListener(
            Acceptor acceptor, Listener.Settings settings, ListenerOptions options, Service service, Runnable onClose) {
        this.onClose = onClose;
        this.acceptor = acceptor;
        this.options = options;
        this.time = settings.time();
        Executor given = settings.executor();
        this.ownThreads = given == null;
        this.threads = given == null ? DirectListenerPool.open(options.threads()) : given;
        boolean platform = ownThreads && threads instanceof ThreadPoolExecutor;
        int heads = platform ? Math.min(options.heads(), options.threads()) : options.heads();
        this.state = new ListenerState(settings, options, service, heads);
        ClientShares shares =
                new ClientShares(options.connections(), service.limits().clientShare());
        this.connections = new ClientConnections(shares, state.heads());
        this.refusals = new Refusals(time);
    }

    /**
     * Opens a listener.
     *
     * @param onClose runs once, when it has been closed
     * @throws java.net.BindException if the address is taken or is not of this machine; the message names it
     * @throws IOException if it cannot listen there for another reason; the message names it
     */
    public static DirectListener open(
            Listener.Settings settings, ListenerOptions options, Service service, Runnable onClose) throws IOException {
        Acceptor acceptor = Acceptor.bind(settings.address(), options.backlog(), settings.time());
        DirectListener listener = new DirectListener(acceptor, settings, options, service, onClose);
        listener.time.start("direct-accept", listener::acceptAll);
        return listener;
    }

    private void acceptAll() {
        try {
            // The classes that make room are loaded now: later there may be no descriptor for that.
            connections.closeIdle(0);
            acceptor.run(this::admit, this::makeRoom);
            serveTakeovers();
        } finally {
            state.letGo();
        }
    }

    /**
     * What the backlog held while all threads were taken: each thread takes one over when its own connection has
     * ended, which it does after the answer that it is at. One that has just looked for the last time is missed by
     * that, so this looks again.
     */
    private void serveTakeovers() {
        while (!takeovers.isEmpty() && !closed.fired()) {
            try {
                threads.execute(() -> run(null));
            } catch (RejectedExecutionException full) {
                pause();
            }
        }
        takeovers.forEach(ServerConnection::close);
    }

    private void pause() {
        try {
            time.await(closed, time.deadline(PAUSE));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        ServerConnection connection;
        try {
            connection = new ServerConnection(state, PlainWire.of(channel, state.watch()));
        } catch (IOException | RuntimeException gone) {
            channel.close();
            return;
        }
        ProxyException full = null;
        if (state.draining()) {
            connections.addLast(connection);
        } else {
            full = connections.add(connection);
        }
        // Only now: a connection that has not been added is never removed, and a drain would wait for it.
        state.hold();
        if (full != null) {
            refusals.refuse(connection, full, state.tls() == null);
            return;
        }
        try {
            threads.execute(() -> run(connection));
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

    /** Runs a connection, if any, to its end, and then those that wait for a thread. */
    private void run(@Nullable ServerConnection first) {
        if (Thread.currentThread().getName().isEmpty()) {
            // A virtual thread, which the log would otherwise not name.
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

    /**
     * Gives descriptors back, as there are no more; returns how many. An origin needs one too, so it is more than one.
     */
    private int makeRoom() {
        return connections.closeIdle(Math.max(2, connections.size() / 16));
    }

    /** All threads are taken: the thread of the least needed connection takes over this one. */
    private void replaceOne(ServerConnection connection) {
        takeovers.add(connection);
        if (connections.closeOneWithThread() || !takeovers.remove(connection)) {
            return;
        }
        connections.remove(connection);
        ProxyException why = ProxyException.refused(
                Outcome.OVERLOADED,
                "too many connections",
                "all threads are in use, limit threads is " + options.threads());
        refusals.refuse(connection, why, state.tls() == null);
    }

    /** The connections that wait for a request. */
    int idle() {
        return connections.idle();
    }

    @Override
    public InetSocketAddress address() {
        return acceptor.address();
    }

    @Override
    public Signal stopAccepting() {
        state.drain();
        connections.forEach(each -> each.drain(time.nanos()));
        refusals.forEach(each -> each.drain(time.nanos()));
        acceptor.stop();
        return state.settled();
    }

    @Override
    public void close() {
        stopAccepting();
        closed.fire();
        connections.forEach(ClientConnection::close);
        refusals.forEach(ClientConnection::close);
        if (ownThreads) {
            DirectListenerPool.close(threads);
        }
        if (!ended.getAndSet(true)) {
            onClose.run();
        }
    }

    /** The connections that wait for the rest of a request's head. */
    int halfRead() {
        return state.heads().size();
    }
}
