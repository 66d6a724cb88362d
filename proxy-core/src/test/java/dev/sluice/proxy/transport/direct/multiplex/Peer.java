package dev.sluice.proxy.transport.direct.multiplex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** The other side of a session, which sends what it is told, frame by frame, and has a thread that runs the session. */
final class Peer {
    private static final byte[] END = {};

    final GatedWire wire = new GatedWire();
    private final LinkedBlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    private final Thread reader = new Thread(this::run, "reader");
    private Session session;
    private byte[] left = END;
    private int pings;

    /** Has it run, and sends settings. */
    void begin(Session own) throws IOException {
        session = own;
        own.begin();
        reader.start();
        send(FrameWriter::settings);
    }

    private void run() {
        try {
            session.run();
        } catch (IOException failed) {
            // What it was is on the wire.
        }
    }

    /** Ends the connection, and waits for the session's end. */
    void end() throws InterruptedException {
        sent.add(END);
        reader.join(20_000);
        assertThat(reader.isAlive()).isFalse();
    }

    /** What the session reads from. */
    int read(byte[] target, int offset, int length) throws IOException {
        try {
            left = left.length > 0 ? left : sent.take();
        } catch (InterruptedException interrupt) {
            throw new IOException(interrupt);
        }
        int n = Math.min(length, left.length);
        System.arraycopy(left, 0, target, offset, n);
        left = Arrays.copyOfRange(left, n, left.length);
        return n == 0 && length > 0 ? -1 : n;
    }

    /** Sends a frame. */
    void send(Consumer<OutputBuffer> frame) {
        OutputBuffer out = new OutputBuffer(64);
        frame.accept(out);
        sent.add(Arrays.copyOf(out.bytes(), out.size()));
    }

    /** Waits until all that was sent has been read. */
    void settle() {
        long opaque = ++pings;
        send(out -> FrameWriter.ping(out, opaque, false));
        Awaited.isTrue(() -> {
            session.drainOutput();
            return wire.frames().contains("PING " + opaque);
        });
    }
}
