package dev.sluice.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that send one request and then stay idle, until a load uses them. For one thread. */
final class IdleConnections implements AutoCloseable {
    /** The number of loopback addresses that they come from. One address has too few ports. */
    private static final int SOURCES = 16;

    private final List<SocketChannel> connections = new ArrayList<>();
    private final byte[] request;

    private IdleConnections(int port) {
        request = ("GET /1k HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Opens this number of connections to this port of 127.0.0.1.
     *
     * @throws IOException if a connection is refused or its request fails
     */
    static IdleConnections open(int port, int count) throws IOException {
        IdleConnections idle = new IdleConnections(port);
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel channel = SocketChannel.open();
                idle.connections.add(channel);
                channel.bind(new InetSocketAddress("127.0.0." + (2 + i % SOURCES), 0));
                channel.connect(new InetSocketAddress("127.0.0.1", port));
                channel.write(ByteBuffer.wrap(idle.request));
                EmbeddedLoad.readResponse(new HeadReader(Channels.newInputStream(channel)));
            }
            return idle;
        } catch (IOException failure) {
            idle.close();
            throw failure;
        }
    }

    /** The connections for a load, which sends the same request again. They do not block. */
    List<ClientConnection> forLoad() throws IOException {
        List<ClientConnection> clients = new ArrayList<>();
        for (SocketChannel channel : connections) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            clients.add(new ClientConnection(channel, request));
        }
        return clients;
    }

    /** The number of connections that the proxy has closed. */
    int closed() throws IOException {
        int closed = 0;
        ByteBuffer probe = ByteBuffer.allocate(1);
        for (SocketChannel channel : connections) {
            channel.configureBlocking(false);
            closed += read(channel, probe.clear()) == 0 ? 0 : 1;
        }
        return closed;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : connections) {
            channel.close();
        }
    }

    private static int read(SocketChannel channel, ByteBuffer probe) {
        try {
            return channel.read(probe);
        } catch (IOException reset) {
            return -1;
        }
    }
}
