package dev.sluice.examples.pages;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** A name server for which every name has one address, 127.0.0.1, and no other record. */
final class ExampleDns implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int TYPE_A = 1;

    private final DatagramSocket socket;

    ExampleDns() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "example-dns");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
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
            // The end of the test.
        }
    }

    /** The question again, and behind it the address if that was asked for (RFC 1035 §4.1). */
    private static byte[] reply(byte[] query) {
        int end = HEADER;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        boolean address = query[end + 2] == TYPE_A;
        end += 5;
        ByteBuffer reply = ByteBuffer.allocate(end + (address ? 16 : 0));
        reply.put(query, 0, end);
        // An answer, with recursion, and without an error.
        reply.putShort(2, (short) 0x8180);
        reply.putShort(6, (short) (address ? 1 : 0));
        reply.putInt(8, 0);
        if (address) {
            // The name at the header's end, type A of the Internet, good for a minute, 4 bytes.
            reply.putShort((short) 0xC00C).putShort((short) TYPE_A).putShort((short) 1);
            reply.putInt(60).putShort((short) 4).put(new byte[] {127, 0, 0, 1});
        }
        return reply.array();
    }
}
