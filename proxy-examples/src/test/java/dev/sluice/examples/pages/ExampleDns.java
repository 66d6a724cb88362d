package dev.sluice.examples.pages;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A name server. For it, every name has the same addresses, at first 127.0.0.1, and no other records. */
public final class ExampleDns implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int ANSWER = 16;
    private static final int TYPE_A = 1;

    private final DatagramSocket socket;
    private volatile List<byte[]> addresses = List.of(new byte[] {127, 0, 0, 1});

    /** Starts one at a free port of the loopback interface. */
    public ExampleDns() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "example-dns");
        thread.setDaemon(true);
        thread.start();
    }

    /** The address of the name server. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** The last numbers of the addresses from now on: 2 for 127.0.0.2. */
    public void addresses(int... last) {
        addresses = Arrays.stream(last)
                .mapToObj(number -> new byte[] {127, 0, 0, (byte) number})
                .toList();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                byte[] reply = reply(packet.getData());
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    /** The question again, followed by the addresses if they were asked for (RFC 1035 §4.1). */
    private byte[] reply(byte[] query) {
        int end = HEADER;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        List<byte[]> answers = query[end + 2] == TYPE_A ? addresses : List.of();
        end += 5;
        ByteBuffer reply = ByteBuffer.allocate(end + answers.size() * ANSWER);
        reply.put(query, 0, end);
        // A response with recursion and without an error.
        reply.putShort(2, (short) 0x8180);
        reply.putShort(6, (short) answers.size());
        reply.putInt(8, 0);
        for (byte[] answer : answers) {
            // A pointer to the name after the header, type A, class IN, TTL 60 s, 4 bytes.
            reply.putShort((short) 0xC00C).putShort((short) TYPE_A).putShort((short) 1);
            reply.putInt(60).putShort((short) 4).put(answer);
        }
        return reply.array();
    }
}
