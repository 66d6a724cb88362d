package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A port of the loopback interface and its connections, each served on a thread. Safe for use by many threads. */
final class GatewayPort implements AutoCloseable {
    private static final int BACKLOG = 1_000;
    private static final Duration ENDING = Duration.ofSeconds(10);

    private final ServerSocket server;
    private final Desk desk;
    private final TimeSource time;
    private final GatewayTls tls = new GatewayTls();
    private final Set<GatewayConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Signal closing = new Signal();
    private final Signal accepting;

    private GatewayPort(ServerSocket server, Desk desk, TimeSource time) {
        this.server = server;
        this.desk = desk;
        this.time = time;
        this.accepting = TimeSource.system().start("gateway", this::accept);
    }

    /**
     * Listens at a free port.
     *
     * @param time for delays and rates
     * @throws UncheckedIOException if there is none
     */
    static GatewayPort open(Desk desk, TimeSource time) {
        try {
            return new GatewayPort(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), desk, time);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot listen on the loopback interface: " + failure, failure);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    boolean isClosed() {
        return closing.fired();
    }

    GatewayTls tls() {
        return tls;
    }

    /** Ends everything at once, whatever an answer waits for. */
    @Override
    public void close() {
        closing.fire();
        try {
            server.close();
        } catch (IOException ignored) {
            // The port is free in any case.
        }
        open.forEach(GatewayConnection::close);
        awaitEnd();
    }

    /** Until its thread has ended, the port may still take a connection. */
    private void awaitEnd() {
        try {
            TimeSource.system().await(accepting, TimeSource.system().deadline(ENDING));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            while (true) {
                serve(server.accept());
            }
        } catch (IOException closed) {
            // Nothing more is accepted.
        }
    }

    private void serve(Socket socket) {
        GatewayConnection connection =
                new GatewayConnection(socket, accepted.incrementAndGet(), desk, tls, time, closing);
        open.add(connection);
        if (closing.fired()) {
            connection.close();
        }
        TimeSource.system().start("gateway-connection", () -> {
            try {
                connection.serve();
            } finally {
                open.remove(connection);
            }
        });
    }
}
