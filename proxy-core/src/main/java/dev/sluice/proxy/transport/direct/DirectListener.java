package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.Listener;
import dev.sluice.proxy.transport.ListenerSettings;
import dev.sluice.proxy.transport.Service;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.ServerTls;
import dev.sluice.proxy.wire.TlsSettings;
import dev.sluice.proxy.wire.Watch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server socket and its connections. One task accepts; each connection has a thread of the pool for as long as it
 * lives. When the pool is full, the connection that can best be missed is closed, and its thread takes over the new
 * one.
 *
 * <p>Whatever may still bring a request <i>holds</i> the drain: the task that accepts, until it has emptied the
 * backlog, and each connection until it ends or only lingers. With the last of them the listener has settled.
 */
final class DirectListener implements Listener {
    /** A minute's lines about connections that came no further than their TLS handshake. */
    private static final int FAILED_OPENINGS = 20;

    /** How often a thread is looked for that serves what was in the backlog of a closing listener. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Acceptor acceptor;
    private final Runnable onClose;
    private final ListenerOptions options;
    private final LogLimit failedOpenings;
    private final Service service;
    private final TimeSource time;
    private final Watch watch;
    private final @Nullable ServerTls tls;
    private final Executor threads;
    private final boolean ownThreads;
    private final HalfReadHeads heads;
    private final ClientConnections connections;
    private final Refusals refusals;
    private final Queue<ServerConnection> takeovers = new ConcurrentLinkedQueue<>();

    /** The accepting task is one. */
    private final AtomicInteger holds = new AtomicInteger(1);

    private final Signal settled = new Signal();
    private final Signal closed = new Signal();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long drainingSinceNanos = NOT_DRAINING;

    private static final long NOT_DRAINING = -1;

    private DirectListener(
            Acceptor acceptor, ListenerSettings settings, ListenerOptions options, Service service, Runnable onClose) {
        this.onClose = onClose;
        this.acceptor = acceptor;
        this.options = options;
        this.service = service;
        this.time = settings.time();
        this.failedOpenings = new LogLimit(FAILED_OPENINGS, time::nanos);
        this.watch = Watch.of(time);
        TlsSettings fixed = settings.tls();
        this.tls = settings.tlsByName() != null || fixed == null ? settings.tlsByName() : ServerTls.of(fixed);
        Executor given = settings.executor();
        this.ownThreads = given == null;
        this.threads = given == null ? DirectListenerPool.open(options.threads()) : given;
        double share = service.limits().clientShare();
        boolean platform = ownThreads && threads instanceof ThreadPoolExecutor;
        int most = platform ? Math.min(options.heads(), options.threads()) : options.heads();
        this.heads = new HalfReadHeads(new ClientShares(most, share), new LogLimit(1, time::nanos));
        this.connections = new ClientConnections(new ClientShares(options.connections(), share), heads);
        this.refusals = new Refusals(time);
    }

    /**
     * Opens a listener.
     *
     * @param onClose runs once, when it has been closed
     * @throws java.net.BindException if the address is taken or is not of this machine; the message names it
     * @throws IOException if it cannot be listened at for another reason; the message names it
     */
    static DirectListener open(ListenerSettings settings, ListenerOptions options, Service service, Runnable onClose)
            throws IOException {
        Acceptor acceptor = Acceptor.bind(settings.address(), options.backlog(), settings.time());
        DirectListener listener = new DirectListener(acceptor, settings, options, service, onClose);
        listener.time.start("direct-accept", listener::acceptAll);
        return listener;
    }

    private void acceptAll() {
        try {
            // What makes room is loaded now: when it is needed there may be no descriptor for that.
            connections.closeIdle(0);
            acceptor.run(this::admit, this::makeRoom);
            serveTakeovers();
        } finally {
            letGo();
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
            connection = new ServerConnection(this, PlainWire.of(channel, watch));
        } catch (IOException | RuntimeException gone) {
            channel.close();
            return;
        }
        ProxyException full = null;
        if (draining()) {
            connections.addLast(connection);
        } else {
            full = connections.add(connection);
        }
        // Only now: what has not been added is never removed, and a drain would wait for it.
        holds.incrementAndGet();
        if (full != null) {
            refusals.refuse(connection, full, tls == null);
            return;
        }
        try {
            threads.execute(() -> run(connection));
        } catch (RejectedExecutionException noneFree) {
            if (draining()) {
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
            // A virtual thread, which a line in a log would else not name.
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

    /** One less may bring a request. */
    void letGo() {
        if (holds.decrementAndGet() == 0) {
            settled.fire();
        }
    }

    /** All threads are taken: that of the connection that can best be missed takes over this one. */
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
        refusals.refuse(connection, why, tls == null);
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
        if (!draining()) {
            drainingSinceNanos = time.nanos();
        }
        connections.forEach(each -> each.drain(time.nanos()));
        refusals.forEach(each -> each.drain(time.nanos()));
        acceptor.stop();
        return settled;
    }

    @Override
    public void close() {
        stopAccepting();
        closed.fire();
        connections.forEach(ServerConnection::close);
        refusals.forEach(ServerConnection::close);
        if (ownThreads) {
            DirectListenerPool.close(threads);
        }
        if (!ended.getAndSet(true)) {
            onClose.run();
        }
    }

    HalfReadHeads heads() {
        return heads;
    }

    /** Who a connection of this peer counts for at the limits, or null for one that speaks for many. */
    @Nullable
    InetAddress client(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        return options.speaksProxyProtocol(address) || service.trusts(address) ? null : address;
    }

    boolean draining() {
        return drainingSinceNanos != NOT_DRAINING;
    }

    /** When the drain began; only while it is {@link #draining}. */
    long drainingSinceNanos() {
        return drainingSinceNanos;
    }

    /** Bounds the lines about connections that came no further than their TLS handshake. */
    LogLimit failedOpenings() {
        return failedOpenings;
    }

    ListenerOptions options() {
        return options;
    }

    Service service() {
        return service;
    }

    Watch watch() {
        return watch;
    }

    @Nullable
    ServerTls tls() {
        return tls;
    }
}
