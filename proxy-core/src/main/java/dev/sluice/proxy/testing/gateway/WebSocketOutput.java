package dev.sluice.proxy.testing.gateway;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The frames to the client of a WebSocket: messages do not mix, and nothing comes behind the close. Safe for use by many
 * threads.
 */
final class WebSocketOutput {
    private final OutputStream out;
    private final String name;
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

    /**
     * Sends these one behind another.
     *
     * @throws IllegalStateException if the close has been sent
     */
    synchronized void send(WebSocketFrame... frames) throws IOException {
        if (closed) {
            throw new IllegalStateException("the close of " + name + " has been sent");
        }
        for (WebSocketFrame frame : frames) {
            out.write(frame.bytes());
            out.flush();
        }
    }

    /** Sends an answer to what the client has sent, unless the close has been sent. */
    synchronized void answer(WebSocketFrame frame) throws IOException {
        if (!closed) {
            send(frame);
        }
    }

    /** Sends the close, unless it has been sent. */
    synchronized void close(WebSocketFrame close) throws IOException {
        if (!closed) {
            send(close);
            closed = true;
        }
    }

    /** The connection has ended. */
    synchronized void end() {
        closed = true;
    }
}
