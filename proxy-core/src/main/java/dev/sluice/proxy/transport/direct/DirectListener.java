package dev.sluice.proxy.transport.direct;

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
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server socket and its connections. One task accepts; each connection has a thread of the pool for as long as it
 * lives. When the pool is full, the longest idle connection is closed, and its thread takes over the new one.
 */
final class DirectListener implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(DirectListener.class);

    /** What a lack of file descriptors needs to pass by, as accepting again at once would only fail again. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Connections that are told at once that there is no room; above it they are closed without a word. */
    private static final int REFUSALS = 64;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final ServerSocketChannel server;
    private final InetSocketAddress address;
    private final ListenerOptions options;
    private final Service service;
    private final TimeSource time;
    private final Watch watch;
    private final @Nullable ServerTls tls;
    private final Executor threads;
    private final boolean ownThreads;
    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<ServerConnection> refused = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Queue<ServerConnection> takeovers = new ConcurrentLinkedQueue<>();
    private volatile boolean draining;

    private DirectListener(
            ServerSocketChannel server, ListenerSettings settings, ListenerOptions options, Service service)
            throws IOException {
        this.server = server;
        this.address = (InetSocketAddress) server.getLocalAddress();
        this.options = options;
        this.service = service;
        this.time = settings.time();
        this.watch = Watch.of(time);
        TlsSettings fixed = settings.tls();
        this.tls = settings.tlsByName() != null || fixed == null ? settings.tlsByName() : ServerTls.of(fixed);
        Executor given = settings.executor();
        this.ownThreads = given == null;
        this.threads = given == null ? DirectListenerPool.open(options.threads()) : given;
    }

    /**
     * Opens a listener.
     *
     * @throws BindException if the address is taken or is not of this machine; the message names it
     * @throws IOException if it cannot be listened at for another reason; the message names it
     */
    static DirectListener open(ListenerSettings settings, ListenerOptions options, Service service) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        DirectListener listener;
        try {
            server.bind(settings.address(), options.backlog());
            listener = new DirectListener(server, settings, options, service);
        } catch (IOException | RuntimeException failure) {
            server.close();
            String message = "cannot listen at address " + settings.address() + ": " + failure.getMessage();
            throw failure instanceof BindException
                    ? (IOException) new BindException(message).initCause(failure)
                    : new IOException(message, failure);
        }
        listener.time.start("direct-accept", listener::acceptAll);
        return listener;
    }

    private void acceptAll() {
        while (!draining && server.isOpen()) {
            try {
                acceptOne();
            } catch (RuntimeException | Error again) {
                // Where memory is short, telling of a failure can fail as well. It must not leave a port open with
                // nobody behind it.
            }
        }
        if (!draining) {
            LOG.error("the server socket at {} was closed from outside, and accepts no more", address);
        }
    }

    private void acceptOne() {
        try {
            admit(server.accept());
        } catch (ClosedChannelException stopped) {
            // The loop ends.
        } catch (IOException | RuntimeException | Error failure) {
            LOG.warn("a connection could not be accepted at {}", address, failure);
            pause();
        }
    }

    private void pause() {
        try {
            time.await(new Signal(), time.deadline(PAUSE));
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
        if (open.incrementAndGet() > options.connections()) {
            open.decrementAndGet();
            refuse(connection);
            return;
        }
        connections.add(connection);
        try {
            threads.execute(() -> run(connection));
        } catch (RejectedExecutionException full) {
            replaceIdle(connection);
        } catch (RuntimeException | Error noThread) {
            remove(connection);
            connection.close();
            throw noThread;
        }
    }

    /** Runs a connection to its end, and then the one that it was closed for, if any. */
    private void run(ServerConnection first) {
        if (Thread.currentThread().getName().isEmpty()) {
            // A virtual thread, which a line in a log would else not name.
            Thread.currentThread().setName("sluice-direct-" + NUMBER.incrementAndGet());
        }
        for (ServerConnection next = first; next != null; next = takeovers.poll()) {
            try {
                next.run();
            } finally {
                remove(next);
            }
        }
    }

    private void remove(ServerConnection connection) {
        if (connections.remove(connection)) {
            open.decrementAndGet();
        }
    }

    private void replaceIdle(ServerConnection connection) {
        ServerConnection oldest = longestIdle();
        while (oldest != null) {
            takeovers.add(connection);
            if (oldest.closeIfIdle()) {
                return;
            }
            if (!takeovers.remove(connection)) {
                return;
            }
            oldest = longestIdle();
        }
        remove(connection);
        refuse(connection);
    }

    /** The connections that wait for a request. */
    int idle() {
        int idle = 0;
        for (ServerConnection each : connections) {
            idle += each.idleSinceNanos() >= 0 ? 1 : 0;
        }
        return idle;
    }

    private @Nullable ServerConnection longestIdle() {
        ServerConnection oldest = null;
        for (ServerConnection each : connections) {
            long since = each.idleSinceNanos();
            if (since >= 0 && (oldest == null || since < oldest.idleSinceNanos())) {
                oldest = each;
            }
        }
        return oldest;
    }

    /** Says that there is no room, beside the accepting task, as the client may be slow to take it. */
    private void refuse(ServerConnection connection) {
        if (tls != null) {
            connection.close();
            return;
        }
        if (refusals.incrementAndGet() > REFUSALS) {
            refusals.decrementAndGet();
            connection.close();
            return;
        }
        try {
            refused.add(connection);
            time.start("direct-refuse", () -> {
                try {
                    connection.refuse();
                } finally {
                    refused.remove(connection);
                    refusals.decrementAndGet();
                }
            });
        } catch (RuntimeException | Error noThread) {
            refused.remove(connection);
            refusals.decrementAndGet();
            connection.close();
            throw noThread;
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void stopAccepting() {
        draining = true;
        try {
            server.close();
        } catch (IOException failure) {
            LOG.debug("closing the server socket at {} failed", address, failure);
        }
        connections.forEach(ServerConnection::closeIfIdle);
        refused.forEach(ServerConnection::closeIfIdle);
    }

    @Override
    public void close() {
        stopAccepting();
        connections.forEach(ServerConnection::close);
        refused.forEach(ServerConnection::close);
        if (ownThreads) {
            DirectListenerPool.close(threads);
        }
    }

    boolean draining() {
        return draining;
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
