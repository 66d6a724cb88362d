package dev.sluice.lab.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that send one request and then stay idle. For one thread. */
final class IdleConnections implements AutoCloseable {
    /** The number of loopback addresses that they come from. One address has too few ports. */
    private static final int SOURCES = 16;

    private final List<SocketChannel> connections = new ArrayList<>();

    private IdleConnections() {}

    /**
     * Opens this number of connections to this port of 127.0.0.1.
     *
     * @throws IOException if a connection is refused or its request fails
     */
    static IdleConnections open(int port, int count) throws IOException {
        IdleConnections idle = new IdleConnections();
        byte[] request =
                ("GET /1k HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel channel = SocketChannel.open();
                idle.connections.add(channel);
                channel.bind(new InetSocketAddress("127.0.0." + (2 + i % SOURCES), 0));
                channel.connect(new InetSocketAddress("127.0.0.1", port));
                channel.write(ByteBuffer.wrap(request));
                EmbeddedLoad.readResponse(new HeadReader(Channels.newInputStream(channel)));
            }
            return idle;
        } catch (IOException failure) {
            idle.close();
            throw failure;
        }
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
