package dev.sluice.lab.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A client's connection that does not block, with one request at a time. One thread may send while another receives. */
final class ClientConnection {
    private final SocketChannel channel;
    private final ByteBuffer request;
    private final ResponseReader responses = new ResponseReader();
    private volatile long due;

    ClientConnection(SocketChannel channel, byte[] request) {
        this.channel = channel;
        this.request = ByteBuffer.allocateDirect(request.length).put(request);
    }

    /** Lets a selector say when something has arrived; the connection is the key's attachment. */
    void register(Selector selector) throws ClosedChannelException {
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /**
     * Sends the request.
     *
     * @param time when it was to be sent, by {@link System#nanoTime}
     */
    void send(long time) throws IOException {
        due = time;
        channel.write(request.flip());
        if (request.hasRemaining()) {
            throw new IOException("a request did not fit into the socket's buffer");
        }
    }

    /** Closes it; what is sent after that fails. */
    void close() {
        try {
            channel.close();
        } catch (IOException gone) {
            // It is of no more use.
        }
    }

    /** When the last request was to be sent. */
    long due() {
        return due;
    }

    /**
     * Reads what has arrived. Returns whether the request is answered.
     *
     * @param buffer any buffer; its content is replaced
     */
    boolean receive(ByteBuffer buffer) throws IOException {
        if (channel.read(buffer.clear()) < 0) {
            throw new EOFException("the connection closed before a response");
        }
        return responses.take(buffer.flip());
    }
}
