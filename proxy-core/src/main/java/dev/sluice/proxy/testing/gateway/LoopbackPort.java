package dev.sluice.proxy.testing.gateway;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A port of the loopback interface that stays this one's, whether it listens there or refuses. Safe for use by many
 * threads.
 */
final class LoopbackPort {
    private static final int BACKLOG = 1_000;

    /** Whether two sockets may have the port, so that there is no moment without one. */
    private final boolean shared;

    private final InetSocketAddress address;
    private ServerSocket server;
    private @Nullable Socket place;
    private boolean closed;

    private LoopbackPort(boolean shared, ServerSocket server) {
        this.shared = shared;
        this.server = server;
        this.address = (InetSocketAddress) server.getLocalSocketAddress();
    }

    /**
     * Listens.
     *
     * @param number of the port, 0 for a free one
     * @throws BindException if somebody has it
     */
    static LoopbackPort open(int number) throws IOException {
        ServerSocket server = new ServerSocket();
        boolean shared = server.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        if (shared && number > 0) {
            // Another gateway would share it, and each would get some of the connections.
            bound(new ServerSocket(), false, loopback(number)).close();
        }
        return new LoopbackPort(shared, bound(server, shared, loopback(number)));
    }

    /** The same as if the operating system could share ports, or not. */
    static LoopbackPort open(boolean shared) throws IOException {
        return new LoopbackPort(shared, bound(new ServerSocket(), shared, loopback(0)));
    }

    private static InetSocketAddress loopback(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), number);
    }

    private static ServerSocket bound(ServerSocket server, boolean shared, InetSocketAddress address)
            throws IOException {
        try {
            if (shared) {
                server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            server.bind(address, BACKLOG);
            return server;
        } catch (IOException failure) {
            server.close();
            throw failure;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** What accepts connections now. */
    synchronized ServerSocket server() {
        return server;
    }

    /**
     * Refuses connections, and still has the port.
     *
     * @return false if it does so already, or is closed
     */
    synchronized boolean refuse() throws IOException {
        if (place != null || closed) {
            return false;
        }
        if (!shared) {
            server.close();
        }
        place = held();
        server.close();
        return true;
    }

    /** A socket that has the port and does not listen. */
    private Socket held() throws IOException {
        Socket holder = new Socket();
        try {
            if (shared) {
                holder.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            // Connections that were accepted here may still be open.
            holder.setReuseAddress(true);
            holder.bind(address);
            holder.setReuseAddress(false);
            return holder;
        } catch (IOException failure) {
            holder.close();
            throw failure;
        }
    }

    /**
     * Listens again.
     *
     * @return false if it does so already, or is closed
     */
    synchronized boolean listen() throws IOException {
        if (place == null || closed) {
            return false;
        }
        if (!shared) {
            place.close();
        }
        server = bound(new ServerSocket(), shared, address);
        place.close();
        place = null;
        return true;
    }

    /** Gives the port back. */
    synchronized void close() {
        closed = true;
        try {
            server.close();
            if (place != null) {
                place.close();
            }
        } catch (IOException ignored) {
            // The port is free in any case.
        }
    }
}
