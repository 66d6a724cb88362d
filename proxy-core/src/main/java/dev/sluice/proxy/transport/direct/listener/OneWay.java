package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Tunnel;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a tunnel. That of a WebSocket can be told to go away: it is then <i>leaving</i> until the present
 * frame has ended, and has <i>left</i> when our close frame, with status 1001, has followed it; later bytes are
 * dropped, as nothing may follow a close frame (RFC 6455 §5.5.1). One thread passes bytes; any may tell it to go away.
 */
final class OneWay {
    /** Status 1001, going away (RFC 6455 §7.4.1), as the payload of a close frame. */
    private static final byte[] GOING_AWAY = {0x03, (byte) 0xe9};

    private static final int CLOSE_FRAME = 0x88;
    private static final int MASKED = 0x80;

    private final Sink sink;
    private final @Nullable WebSocketFrames frames;
    private final boolean masks;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean leaving;
    private boolean left;
    private volatile boolean closeSent;
    private boolean ended;
    private volatile boolean sourceClosed;

    /** Where the bytes go. */
    @FunctionalInterface
    interface Sink {
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    private OneWay(Sink sink, @Nullable WebSocketFrames frames, boolean masks) {
        this.sink = sink;
        this.frames = frames;
        this.masks = masks;
    }

    /** The direction from the client to the origin, whose frames are masked (RFC 6455 §5.3). */
    static OneWay toOrigin(Tunnel tunnel) {
        Sink sink = (bytes, offset, length) -> {
            tunnel.out().write(bytes, offset, length);
            tunnel.out().flush();
        };
        return new OneWay(sink, framesOf(tunnel), true);
    }

    /** The direction from the origin to the client. */
    static OneWay toClient(Tunnel tunnel, Sink client) {
        return new OneWay(client, framesOf(tunnel), false);
    }

    private static @Nullable WebSocketFrames framesOf(Tunnel tunnel) {
        return knowsFrames(tunnel) ? new WebSocketFrames() : null;
    }

    /** Returns whether the tunnel's directions can be told to go away. */
    static boolean knowsFrames(Tunnel tunnel) {
        return tunnel.protocol().equalsIgnoreCase("websocket");
    }

    /** Passes bytes on, unless the direction has left. */
    void pass(byte[] bytes, int length) throws IOException {
        if (frames == null) {
            sink.write(bytes, 0, length);
            return;
        }
        lock.lock();
        try {
            pass(frames, bytes, length);
        } finally {
            lock.unlock();
        }
    }

    private void pass(WebSocketFrames known, byte[] bytes, int length) throws IOException {
        int boundary = known.pass(bytes, length);
        sourceClosed = known.closed();
        if (left) {
            return;
        }
        if (!leaving || boundary < 0 || known.closed()) {
            sink.write(bytes, 0, length);
        } else {
            sink.write(bytes, 0, boundary);
            leave();
        }
    }

    /** The close frame is sent after the next frame, unless {@link #goAway} sends it before. Never blocks. */
    void announce() {
        leaving = true;
    }

    /** Sends the close frame now, or after the present frame. Blocks like a write. */
    void goAway() throws IOException {
        lock.lock();
        try {
            leaving = true;
            if (frames != null && !left && frames.between() && !frames.closed()) {
                leave();
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave() throws IOException {
        left = true;
        byte[] frame = masks ? masked() : new byte[] {(byte) CLOSE_FRAME, (byte) GOING_AWAY.length, 0x03, (byte) 0xe9};
        // Before the write returns, its reader may have the frame, and this side may be cut.
        closeSent = true;
        sink.write(frame, 0, frame.length);
    }

    private static byte[] masked() {
        byte[] mask = new byte[4];
        new SecureRandom().nextBytes(mask);
        return new byte[] {
            (byte) CLOSE_FRAME,
            (byte) (MASKED | GOING_AWAY.length),
            mask[0],
            mask[1],
            mask[2],
            mask[3],
            (byte) (GOING_AWAY[0] ^ mask[0]),
            (byte) (GOING_AWAY[1] ^ mask[1])
        };
    }

    /**
     * Returns whether our close frame is the last frame for the other side, which perhaps has only a part of it so far: one
     * that sees the end before the whole frame knows that it was cut (RFC 6455 §7.1.5).
     */
    boolean closeSent() {
        return closeSent;
    }

    /** The side that the bytes come from has ended: passes that on with {@code halfClose}, once. */
    void end(HalfClose halfClose) throws IOException {
        lock.lock();
        try {
            left = true;
            sourceClosed = true;
            if (!ended) {
                ended = true;
                halfClose.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the output of the side that the bytes go to. */
    @FunctionalInterface
    interface HalfClose {
        void run() throws IOException;
    }

    /** Returns whether the source has ended, by a close frame or by the connection's end. */
    boolean sourceClosed() {
        return sourceClosed;
    }
}
