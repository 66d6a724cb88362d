package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port of the loopback interface and its connections, each served on a thread. Safe for use by many threads. */
final class GatewayPort implements AutoCloseable {
    /** How long closing waits for the connections, which end at once unless a function of the test does not, or calls it. */
    private static final Duration ENDING = Duration.ofMillis(50);

    private final LoopbackPort port;
    private final StubServer stubServer;
    private final TimeSource time;
    private final GatewayTls tls;
    private final Set<GatewayConnection> open = ConcurrentHashMap.newKeySet();
    private final Signal closing = new Signal();
    private Signal accepting;

    /**
     * What a test can choose.
     *
     * @param time for delays and rates
     * @param number of the port, 0 for a free one
     */
    record Options(TimeSource time, int number, ClientCertificate clientCertificate) {}

    /** Listens. */
    GatewayPort(LoopbackPort port, StubServer stubServer, Options options) {
        this.port = port;
        this.stubServer = stubServer;
        this.time = options.time();
        this.tls = new GatewayTls(options.clientCertificate());
        this.accepting = accepting();
    }

    /**
     * Listens.
     *
     * @throws UncheckedIOException if the port is taken, or there is none
     */
    static GatewayPort open(StubServer stubServer, Options options) {
        int number = options.number();
        try {
            return new GatewayPort(LoopbackPort.open(number), stubServer, options);
        } catch (IOException failure) {
            String where =
                    number == 0 ? "on the loopback interface" : "at port " + number + " of the loopback interface";
            throw new UncheckedIOException("cannot listen " + where + ": " + failure, failure);
        }
    }

    InetSocketAddress address() {
        return port.address();
    }

    boolean isClosed() {
        return closing.fired();
    }

    GatewayTls tls() {
        return tls;
    }

    /**
     * Refuses connections; those that are open end once they have no request.
     *
     * @throws UncheckedIOException if the port cannot be kept; the message says whether anybody listens there
     */
    synchronized void refuse() {
        boolean before = stubServer.connections.refusing();
        // First, so that no connection that comes meanwhile is served.
        stubServer.connections.refuse(true);
        try {
            if (port.refuse(() -> awaitEnd(accepting, TimeSource.system().deadline(Change.LIMIT)))) {
                open.forEach(GatewayConnection::leave);
            }
        } catch (IOException failure) {
            stubServer.connections.refuse(before);
            String now = port.listens() ? "the gateway still listens" : "nobody listens there until listen()";
            throw new UncheckedIOException("cannot keep the port " + address() + ", " + now + ": " + failure, failure);
        }
    }

    /**
     * Accepts connections again.
     *
     * @throws UncheckedIOException if it cannot; then it still refuses
     */
    synchronized void listen() {
        boolean before = stubServer.connections.refusing();
        stubServer.connections.refuse(false);
        try {
            if (port.listen()) {
                accepting = accepting();
            }
        } catch (IOException failure) {
            stubServer.connections.refuse(before);
            throw new UncheckedIOException(
                    "cannot listen at " + address() + " again, and still refuses: " + failure, failure);
        }
    }

    /** Ends everything at once, whatever an answer waits for. */
    @Override
    public void close() {
        closing.fire();
        port.close();
        open.forEach(GatewayConnection::end);
        // Until that thread ends, the system may still have the port.
        awaitEnd(lastAccepting(), TimeSource.system().deadline(Change.LIMIT));
        long deadline = TimeSource.system().deadline(ENDING);
        open.forEach(each -> awaitEnd(each.ended(), deadline));
    }

    private synchronized Signal lastAccepting() {
        return accepting;
    }

    private static void awaitEnd(Signal ended, long deadlineNanos) {
        try {
            TimeSource.system().await(ended, deadlineNanos);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private Signal accepting() {
        ServerSocket server = port.server();
        return TimeSource.system().start("gateway", () -> accept(server));
    }

    private void accept(ServerSocket server) {
        try {
            while (true) {
                serve(server, server.accept());
            }
        } catch (IOException closed) {
            if (!server.isClosed()) {
                stubServer.problems.add("the gateway accepts no more connections", closed);
            }
        }
    }

    private void serve(ServerSocket server, Socket socket) {
        GatewayConnection connection =
                new GatewayConnection(socket, stubServer.connections.accept(), stubServer, tls, time, closing);
        open.add(connection);
        // Whoever has closed the port meanwhile has not seen this connection.
        if (closing.fired()) {
            connection.end();
        } else if (server.isClosed()) {
            connection.leave();
        }
        Signal ended = TimeSource.system().start("gateway-connection", connection::serve);
        connection.endsWith(ended);
        ended.whenFired(() -> open.remove(connection));
    }
}
