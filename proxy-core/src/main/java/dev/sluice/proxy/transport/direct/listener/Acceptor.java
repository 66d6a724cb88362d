package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.internal.VirtualThreads;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server socket of a listener, and the task that accepts from it. The task waits in a selector and not in {@code
 * accept}, since only closing the socket would wake it there: that would drop the connections that the operating
 * system has accepted already, and on JDK 25 free the port only some time later.
 */
final class Acceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /** The wait after a lack of file descriptors, as accepting again at once would only fail again. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** How often accepting may fail while the backlog is emptied. */
    private static final int LAST_FAILURES = 10;

    /** How long to wait for the task, which may run in a user's executor. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ServerSocketChannel server;
    private final Selector selector;
    private final InetSocketAddress address;
    private final int backlog;
    private final TimeSource time;
    private final LogLimit log;
    private final SpareDescriptors spare = new SpareDescriptors();
    private final Signal stop = new Signal();
    private final Signal freed = new Signal();

    private Acceptor(ServerSocketChannel server, Selector selector, int backlog, TimeSource time) throws IOException {
        this.server = server;
        this.selector = selector;
        this.address = (InetSocketAddress) server.getLocalAddress();
        this.backlog = backlog;
        this.time = time;
        this.log = new LogLimit(1, time::nanos);
    }

    /** Takes what was accepted, and does not block. */
    @FunctionalInterface
    interface Taker {
        void take(SocketChannel accepted) throws IOException;
    }

    /**
     * Opens a server socket.
     *
     * @throws BindException if the address is taken or is not of this machine; the message names it
     * @throws IOException if it cannot listen there for another reason; the message names it
     */
    static Acceptor bind(InetSocketAddress address, int backlog, TimeSource time) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        Selector selector = null;
        try {
            server.bind(address, backlog);
            VirtualThreads.prepareSockets();
            server.configureBlocking(false);
            selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
            return new Acceptor(server, selector, backlog, time);
        } catch (IOException | RuntimeException failure) {
            close(server, selector);
            String message = "cannot listen at host " + address.getHostString() + ", port " + address.getPort() + ": "
                    + failure.getMessage();
            throw failure instanceof BindException
                    ? (IOException) new BindException(message).initCause(failure)
                    : new IOException(message, failure);
        } catch (Error lacking) {
            close(server, selector);
            throw lacking;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /**
     * Accepts until {@link #stop}, then accepts the rest of the backlog, and frees the port.
     *
     * @param makeRoom gives back descriptors when there are no more, and says how many
     */
    void run(Taker taker, IntSupplier makeRoom) {
        try {
            while (!stop.fired() && server.isOpen()) {
                try {
                    acceptWhatIsHere(taker, makeRoom);
                } catch (RuntimeException | Error again) {
                    // Without memory, reporting a failure can fail too. It must not leave a port open that accepts
                    // nothing.
                }
            }
            if (!stop.fired()) {
                LOG.error("the server socket at {} was closed from outside; it accepts no more connections", address);
            }
            spare.giveBack();
            acceptBacklog(taker);
        } finally {
            close(server, selector);
            freed.fire();
        }
    }

    private void acceptWhatIsHere(Taker taker, IntSupplier makeRoom) {
        try {
            spare.keep();
            // What took a connection may have left an interrupt, with which no selection would wait.
            Thread.interrupted();
            selector.select(key -> {});
            SocketChannel next = server.accept();
            while (next != null) {
                hand(taker, next);
                next = stop.fired() ? null : server.accept();
            }
        } catch (ClosedChannelException | ClosedSelectorException stopped) {
            // The loop ends.
        } catch (IOException lacking) {
            spare.giveBack();
            int closed = makeRoom.getAsInt();
            log.happened(times -> LOG.warn(
                    "cannot accept connections at {}: {}; {} times since the last such line; the {} longest idle"
                            + " connections are closed",
                    address,
                    lacking.toString(),
                    times,
                    closed));
            pause(stop);
        } catch (RuntimeException | Error failure) {
            failed(failure);
            pause(stop);
        }
    }

    /** No more than the backlog's size at the beginning. Otherwise new clients would keep the port open. */
    private void acceptBacklog(Taker taker) {
        int failures = 0;
        for (int i = 0; i <= backlog && failures < LAST_FAILURES && server.isOpen(); i++) {
            try {
                SocketChannel next = server.accept();
                if (next == null) {
                    return;
                }
                hand(taker, next);
            } catch (IOException | RuntimeException | Error failure) {
                failures++;
                failed(failure);
                pause(new Signal());
            }
        }
    }

    /** A connection that nobody has taken is closed, so that its client does not wait in vain. */
    private static void hand(Taker taker, SocketChannel accepted) throws IOException {
        try {
            taker.take(accepted);
        } catch (IOException | RuntimeException | Error untaken) {
            accepted.close();
            throw untaken;
        }
    }

    private void failed(Throwable failure) {
        log.happened(times -> LOG.warn(
                "cannot accept connections at {}, {} times since the last such line", address, times, failure));
    }

    private void pause(Signal until) {
        try {
            time.await(until, time.deadline(PAUSE));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends accepting. When it returns, the backlog has been accepted, and the port is free. */
    void stop() {
        stop.fire();
        selector.wakeup();
        boolean interrupted = false;
        long deadline = time.deadline(PATIENCE);
        boolean waiting = true;
        while (waiting) {
            try {
                time.await(freed, deadline);
                waiting = false;
            } catch (InterruptedException again) {
                // Accepting ends at once, and a restart needs the port.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    /** Frees the port. */
    void close() {
        close(server, selector);
    }

    private static void close(ServerSocketChannel server, @Nullable Selector selector) {
        try {
            server.close();
            if (selector != null) {
                // Only with its selector a registered channel gives back its port.
                selector.close();
            }
        } catch (IOException failure) {
            LOG.debug("closing a server socket failed", failure);
        }
    }
}
