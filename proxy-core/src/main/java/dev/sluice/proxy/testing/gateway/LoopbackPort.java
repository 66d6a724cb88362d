package dev.sluice.proxy.testing.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A port of the loopback interface that stays this one's, whether it listens there or refuses. If the operating system
 * does not let it change from one to the other, it goes on as before, or nobody listens; either way both can be tried
 * again. Safe for use by many threads.
 */
class LoopbackPort {
    private static final int BACKLOG = 1_000;

    /** Whether two sockets may have the port, so that there is no moment without one. */
    private final boolean shared;

    private final InetSocketAddress address;
    private ServerSocket server;
    private @Nullable Socket place;
    private boolean closed;

    /** Listens at a free port, as if the operating system could share ports, or not. */
    LoopbackPort(boolean shared) throws IOException {
        this(shared, 0);
    }

    private LoopbackPort(boolean shared, int number) throws IOException {
        this.shared = shared;
        // Alone at first: another gateway would share the port, and each would get some of the connections.
        this.server = listening(false, new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
        this.address = (InetSocketAddress) server.getLocalSocketAddress();
        if (shared) {
            server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
    }

    /**
     * Listens.
     *
     * @param number of the port, 0 for a free one
     * @throws BindException if somebody has it
     */
    static LoopbackPort open(int number) throws IOException {
        try (ServerSocket any = new ServerSocket()) {
            return new LoopbackPort(any.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT), number);
        }
    }

    /**
     * A socket that listens.
     *
     * @param beside whether another socket of this port has the address
     */
    ServerSocket listening(boolean beside, InetSocketAddress address) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            if (beside) {
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

    /** Returns whether it listens now. */
    synchronized boolean listens() {
        return !server.isClosed();
    }

    /**
     * Refuses connections, and still has the port.
     *
     * @param awaitAccepting waits for the thread that accepts: until it ends, the system may still accept connections
     * @return false if it does so already, or is closed
     * @throws IOException if the port cannot be kept
     */
    synchronized boolean refuse(Runnable awaitAccepting) throws IOException {
        if (place != null || closed) {
            return false;
        }
        if (shared) {
            place = held(address);
        }
        server.close();
        awaitAccepting.run();
        if (!shared) {
            place = held(address);
        }
        return true;
    }

    /** A socket that has the port and does not listen. */
    Socket held(InetSocketAddress address) throws IOException {
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
     * @throws IOException if it cannot; then it still refuses
     */
    synchronized boolean listen() throws IOException {
        if (closed || listens()) {
            return false;
        }
        if (!shared) {
            release();
        }
        server = listening(shared, address);
        release();
        return true;
    }

    private void release() {
        if (place != null) {
            close(place);
            place = null;
        }
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is closed in any case.
        }
    }

    /** Gives the port back. */
    synchronized void close() {
        closed = true;
        close(server);
        release();
    }
}
