package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.time.TimeSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The frames from the client of a WebSocket. One that comes too late, in the middle, is read again. For one thread. */
final class WebSocketInput {
    private final InputStream in;
    private final FakeWebSocket.Wire wire;

    WebSocketInput(InputStream in, FakeWebSocket.Wire wire) {
        this.in = new BufferedInputStream(in);
        this.wire = wire;
    }

    /**
     * The next frame; null at the end.
     *
     * @param deadlineNanos until when it may come
     * @throws SocketTimeoutException if it does not
     * @throws WebSocketFrame.ProtocolError if it is none that a client may send
     */
    @Nullable
    WebSocketFrame read(long deadlineNanos) throws IOException {
        in.mark(WebSocketFrame.MOST_BYTES);
        try {
            wire.readTimeout(left(deadlineNanos));
            WebSocketFrame frame = WebSocketFrame.read(in);
            wire.requireOpen();
            return frame;
        } catch (SocketTimeoutException late) {
            in.reset();
            throw late;
        }
    }

    /** Zero for no limit. */
    private static Duration left(long deadlineNanos) throws SocketTimeoutException {
        if (deadlineNanos == TimeSource.NEVER) {
            return Duration.ZERO;
        }
        long left = deadlineNanos - TimeSource.system().nanos();
        if (left <= 0) {
            throw new SocketTimeoutException("only other frames came");
        }
        return Duration.ofNanos(left);
    }
}
