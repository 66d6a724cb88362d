package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/**
 * The connection below a WebSocket.
 *
 * @param socket below TLS
 * @param closing fires before the gateway closes it
 */
record SocketWire(Socket socket, Signal closing) implements FakeWebSocket.Wire {
    @Override
    public void readTimeout(Duration most) throws IOException {
        // Never 0, which is no limit, for a time that is one.
        socket.setSoTimeout(
                (int) Math.min(Integer.MAX_VALUE, most.plusNanos(999_999).toMillis()));
    }

    /** A socket that is closed ends its output first, and may still read the close with which its client answers that. */
    @Override
    public void requireOpen() throws IOException {
        if (closing.fired()) {
            throw new IOException("the gateway closes");
        }
    }

    @Override
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
