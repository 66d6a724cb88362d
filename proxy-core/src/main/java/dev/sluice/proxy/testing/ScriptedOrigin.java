package dev.sluice.proxy.testing;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An origin server that sends exactly the bytes that a test wants, at a free port of the loopback interface.
 *
 * <pre>{@code
 * try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
 *     connection.readHead();
 *     connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
 * })) {
 *     TestResponse response = TestClient.of(ReverseProxy.to(origin.uri().toString())).get("/");
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class ScriptedOrigin implements AutoCloseable {
    private final ServerSocket server;
    private final Script script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<RawConnection> connections = new CopyOnWriteArrayList<>();
    private final List<Signal> ends = new CopyOnWriteArrayList<>();
    private final Change change = new Change();
    private final Signal accepting;
    private volatile boolean closed;
    private volatile @Nullable Throwable fault;

    private ScriptedOrigin(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
        this.accepting = TimeSource.system().start("origin", this::accept);
    }

    /**
     * Starts an origin that plays {@code script} on each connection, on its own thread, and closes the connection at
     * the end of the script.
     *
     * @throws IOException if it cannot listen at any port
     */
    public static ScriptedOrigin start(Script script) throws IOException {
        return new ScriptedOrigin(new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress()), script);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** {@code http://} and the address, without a path. */
    public URI uri() {
        return URI.create("http://" + new Authority(server.getInetAddress().getHostAddress(), server.getLocalPort()));
    }

    /** The heads that scripts have read so far, in order, each as {@link RawConnection#readHead()} returned it. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** The number of connections accepted so far. */
    public int connections() {
        return connections.size();
    }

    /**
     * Waits, in real time, until scripts have read at least {@code n} heads.
     *
     * @return the heads
     * @throws IllegalStateException if there are fewer after 10 seconds; the message says how many
     * @throws InterruptedException if the thread is interrupted
     */
    public List<String> awaitRequests(int n) throws InterruptedException {
        change.await(() -> requests.size() >= n, () -> n + " requests; there are " + requests.size());
        return requests();
    }

    /**
     * Closes the port and all connections, and waits for the scripts to end, 10 seconds at most. Has no effect the
     * second time.
     *
     * @throws IllegalStateException if a script has failed with something other than an IOException, such as an
     *     assertion
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.close();
        } catch (IOException ignored) {
            // The port is free in any case.
        }
        awaitEnds();
        if (fault != null) {
            throw new IllegalStateException("a script has failed", fault);
        }
    }

    private void awaitEnds() {
        TimeSource real = TimeSource.system();
        long deadlineNanos = real.deadline(Change.LIMIT);
        try {
            // Connections may be added until this thread has ended.
            real.await(accepting, deadlineNanos);
            for (Signal end : ends) {
                real.await(end, deadlineNanos);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            while (!closed) {
                open(server.accept());
            }
        } catch (IOException end) {
            // The port has been closed, and now nothing is added any more.
        }
        connections.forEach(RawConnection::close);
    }

    private void open(Socket socket) throws IOException {
        try {
            RawConnection connection = new RawConnection(socket, this::received);
            connections.add(connection);
            ends.add(TimeSource.system().start("origin-connection", () -> play(connection)));
        } catch (IOException alreadyReset) {
            socket.close();
        }
    }

    private void play(RawConnection connection) {
        try (connection) {
            script.play(connection);
        } catch (IOException end) {
            // The other side has closed, or this origin has: scripts that loop end so.
        } catch (Throwable failure) {
            fault = failure;
        }
    }

    private void received(String head) {
        requests.add(head);
        change.tell();
    }

    /** What is done on one connection. */
    @FunctionalInterface
    public interface Script {
        /**
         * Plays the script. An IOException only ends the connection.
         *
         * @throws Exception any
         */
        void play(RawConnection connection) throws Exception;
    }
}
