package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An origin that accepts connections and leaves them to the test. */
final class Origin implements AutoCloseable {
    private final ServerSocket server;
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    private final List<Socket> all = new CopyOnWriteArrayList<>();

    private Origin(ServerSocket server) {
        this.server = server;
        TimeSource.system().start("origin", this::accept);
    }

    static Origin start() throws IOException {
        return at("127.0.0.1", 0);
    }

    static Origin at(String address, int port) throws IOException {
        return new Origin(new ServerSocket(port, 200, InetAddress.getByName(address)));
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                all.add(socket);
                accepted.add(socket);
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    int port() {
        return server.getLocalPort();
    }

    Destination destination(String host) {
        return new Destination("http", new Authority(host, port()));
    }

    Destination destination() {
        return destination("127.0.0.1");
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** The number of connections that have been accepted so far. */
    int count() {
        return all.size();
    }

    /** The next connection. */
    Socket next() throws InterruptedException {
        Socket socket = accepted.poll(10, TimeUnit.SECONDS);
        if (socket == null) {
            throw new AssertionError("no connection came");
        }
        return socket;
    }

    /** Waits until the peer has closed a connection on which it has sent nothing. */
    static boolean isClosedByPeer(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : all) {
            socket.close();
        }
    }
}
