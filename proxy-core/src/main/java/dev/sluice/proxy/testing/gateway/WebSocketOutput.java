package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/**
 * The frames to the client of a WebSocket: messages do not mix, and nothing comes before the handshake's answer or behind the
 * close. Safe for use by many threads.
 */
final class WebSocketOutput {
    private final OutputStream out;
    private final String name;
    private final Signal opened = new Signal();
    private boolean closed;

    /**
     * Frames from now on.
     *
     * @param name of the WebSocket, for messages
     */
    WebSocketOutput(OutputStream out, String name) {
        this.out = out;
        this.name = name;
    }

    /** The answer to the handshake was sent. */
    void open() {
        opened.fire();
    }

    /**
     * Sends these one behind another; waits for the handshake's answer before.
     *
     * @throws IllegalStateException if the close has been sent, or the connection has ended
     */
    void send(WebSocketFrame... frames) throws IOException {
        awaitOpened();
        if (!sendUnlessClosed(false, frames)) {
            throw new IllegalStateException(name + " is closed: nothing can be sent behind that");
        }
    }

    /** Sends what need not arrive: an echo, or an answer to what the client has sent; false once it is closed. */
    boolean answer(WebSocketFrame frame) throws IOException {
        return sendUnlessClosed(false, frame);
    }

    /** Sends the close, unless it has been sent. */
    void close(WebSocketFrame close) throws IOException {
        awaitOpened();
        sendUnlessClosed(true, close);
    }

    private synchronized boolean sendUnlessClosed(boolean last, WebSocketFrame... frames) throws IOException {
        if (closed) {
            return false;
        }
        for (WebSocketFrame frame : frames) {
            out.write(frame.bytes());
            out.flush();
        }
        closed = last;
        return true;
    }

    private void awaitOpened() throws IOException {
        try {
            TimeSource.system().await(opened, TimeSource.NEVER);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before the WebSocket was open");
        }
    }

    /** The connection has ended, perhaps before it was open. */
    void end() {
        synchronized (this) {
            closed = true;
        }
        opened.fire();
    }
}
