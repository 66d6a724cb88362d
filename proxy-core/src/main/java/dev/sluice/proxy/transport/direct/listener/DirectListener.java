package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.ListenerStatistics;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.PlainWire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A server socket and its connections. One thread accepts; {@link ConnectionThreads} carry the connections. */
public final class DirectListener implements Listener {
    /** What it can do. */
    public static final Set<Capability> CAPABILITIES = ServerExchange.CAPABILITIES;

    private final Acceptor acceptor;
    private final Runnable onClose;
    private final ListenerState state;
    private final TimeSource time;
    private final DirectListenerPool pool;
    private final ClientConnections connections;
    private final Refusals refusals;
    private final ConnectionThreads threads;
    private final AtomicBoolean ended = new AtomicBoolean();

    private DirectListener(
            Acceptor acceptor,
            Listener.Settings settings,
            ListenerOptions options,
            DirectListenerPool pool,
            Service service,
            Runnable onClose)
            throws IOException {
        this.onClose = onClose;
        this.acceptor = acceptor;
        this.time = settings.time();
        this.pool = pool;
        int heads = Math.min(options.heads(), pool.heads());
        this.state = new ListenerState(settings, options, service, heads, pool.limit());
        ClientShares shares =
                new ClientShares(options.connections(), service.limits().clientShare());
        this.connections = new ClientConnections(shares, state.heads());
        this.refusals = new Refusals(time);
        this.threads = new ConnectionThreads(pool, state, connections);
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
        DirectListenerPool pool = DirectListenerPool.of(settings.executor(), options.threads());
        return open(settings, options, pool, service, onClose);
    }

    /** The same with these threads. */
    static DirectListener open(
            Listener.Settings settings,
            ListenerOptions options,
            DirectListenerPool pool,
            Service service,
            Runnable onClose)
            throws IOException {
        Acceptor acceptor = Acceptor.bind(settings.address(), options.backlog(), settings.time());
        DirectListener listener;
        try {
            listener = new DirectListener(acceptor, settings, options, pool, service, onClose);
        } catch (IOException | RuntimeException | Error failure) {
            acceptor.close();
            throw failure;
        }
        try {
            // The classes that make room are loaded now: later there may be no descriptor for that.
            listener.connections.closeIdle(0);
            listener.threads.start();
            // On a thread of its own: as a virtual one it would wait behind all that have requests to serve.
            listener.time.startNative("direct-accept", listener::acceptAll);
        } catch (RuntimeException | Error noThread) {
            acceptor.close();
            listener.threads.close();
            throw noThread;
        }
        return listener;
    }

    private void acceptAll() {
        try {
            acceptor.run(this::admit, this::makeRoom);
        } finally {
            state.letGo();
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        ServerConnection connection;
        try {
            connection = new ServerConnection(state, threads, PlainWire.of(channel, state.watch()));
        } catch (IOException | RuntimeException gone) {
            channel.close();
            return;
        }
        // First: a drain may end it as soon as it is in the list.
        state.hold();
        boolean taken = false;
        try {
            take(connection);
            taken = true;
        } finally {
            if (!taken) {
                // It would be counted, and a drain would wait for it, for as long as the listener lives.
                connection.close();
                connection.letGo();
            }
        }
    }

    private void take(ServerConnection connection) {
        ProxyException full = null;
        if (state.draining()) {
            connections.addLast(connection);
        } else {
            full = connections.add(connection);
        }
        if (full == null) {
            threads.begin(connection);
        } else {
            state.counts().refused();
            refusals.refuse(connection, full, state.tls() == null);
        }
    }

    /**
     * Gives descriptors back, as there are no more; returns how many. An origin needs one too, so it is more than one.
     */
    private int makeRoom() {
        return connections.closeIdle(Math.max(2, connections.size() / 16));
    }

    /** The connections that wait for a request. */
    int idle() {
        return connections.idle();
    }

    @Override
    public Optional<ListenerStatistics> statistics() {
        return Optional.of(
                connections.statistics(state.counts(), state.tunnels().open()));
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
        connections.forEach(ClientConnection::close);
        refusals.forEach(ClientConnection::close);
        threads.close();
        pool.close();
        if (!ended.getAndSet(true)) {
            onClose.run();
        }
    }

    /** The connections that wait for the rest of a request's head. */
    int halfRead() {
        return state.heads().size();
    }
}
