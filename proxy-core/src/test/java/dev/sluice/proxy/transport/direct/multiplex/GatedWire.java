package dev.sluice.proxy.transport.direct.multiplex;

import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameReader;
import dev.sluice.proxy.http2.Frames;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.wire.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A wire that keeps what is written to it, and whose peer may take nothing for a while. */
final class GatedWire implements Wire {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean shut;
    private boolean writing;
    private volatile Runnable beforeWrite = () -> {};
    private @Nullable IOException failure;
    private volatile @Nullable IOException broken;

    /** From now on the peer takes nothing. */
    synchronized void shut() {
        shut = true;
    }

    /** The peer takes what is there, and all that follows. */
    synchronized void open() {
        shut = false;
        notifyAll();
    }

    /** Whoever writes fails. */
    synchronized void fail(IOException why) {
        failure = why;
        notifyAll();
    }

    /** Waits for a writer that waits for the peer. */
    void awaitWriter() {
        Awaited.isTrue(() -> {
            synchronized (this) {
                return writing;
            }
        });
    }

    /** From now on this is done by whoever writes, before it does. */
    void beforeWrite(Runnable action) {
        beforeWrite = action;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        beforeWrite.run();
        writeNow(source, offset, length);
    }

    private synchronized void writeNow(byte[] source, int offset, int length) throws IOException {
        writing = true;
        try {
            while (shut && failure == null) {
                wait();
            }
        } catch (InterruptedException interrupt) {
            throw new IOException(interrupt);
        } finally {
            writing = false;
        }
        if (failure != null) {
            throw failure;
        }
        written.write(source, offset, length);
    }

    synchronized byte[] written() {
        return written.toByteArray();
    }

    /**
     * What was written, a line for each frame: such as {@code DATA 1 100}, with the stream and the bytes. A client's preface is
     * none.
     */
    List<String> frames() {
        List<String> frames = new ArrayList<>();
        byte[] all = written();
        int length = Frames.PREFACE.length;
        int begin = all.length >= length && Arrays.equals(all, 0, length, Frames.PREFACE, 0, length) ? length : 0;
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(all, begin, all.length - begin);
            FrameReader reader = new FrameReader(in::read, 1 << 20, new Lines(frames));
            while (reader.next()) {
                // Each frame is a line.
            }
        } catch (IOException failed) {
            frames.add(failed.toString());
        }
        return frames;
    }

    void await(String frame) {
        Awaited.isTrue(() -> frames().contains(frame));
    }

    void awaitFrames(int count) {
        Awaited.isTrue(() -> frames().size() >= count);
    }

    private record Lines(List<String> lines) implements FrameReader.Handler {
        private void add(Object... words) {
            lines.add(String.join(" ", Arrays.stream(words).map(String::valueOf).toList()));
        }

        @Override
        public void data(int stream, byte[] bytes, int offset, int length, int flow, boolean end) {
            add("DATA", stream, length);
        }

        @Override
        public void fields(int stream, byte[] bytes, int offset, int length, boolean end) {
            add("HEADERS", stream);
        }

        @Override
        public void reset(int stream, ErrorCode code) {
            add("RST_STREAM", stream, code);
        }

        @Override
        public void setting(int id, long value) {
            add("SETTING", id, value);
        }

        @Override
        public void settingsEnd() {
            add("SETTINGS");
        }

        @Override
        public void settingsAcknowledged() {
            add("ACK");
        }

        @Override
        public void ping(long opaque, boolean answer) {
            add("PING", opaque);
        }

        @Override
        public void goAway(int last, ErrorCode code, String debug) {
            add("GOAWAY", last, code);
        }

        @Override
        public void window(int stream, int increment) {
            add("WINDOW_UPDATE", stream, increment);
        }

        @Override
        public void ignored(int type, int length) {
            add("TYPE", type);
        }
    }

    @Nullable
    IOException broken() {
        return broken;
    }

    @Override
    public void breakInput(IOException why) {
        broken = why;
    }

    @Override
    public InetSocketAddress remote() {
        return InetSocketAddress.createUnresolved("peer.test", 1);
    }

    @Override
    public InetSocketAddress local() {
        return InetSocketAddress.createUnresolved("local.test", 2);
    }

    @Override
    public @Nullable SSLSession tls() {
        return null;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        return -1;
    }

    @Override
    public int available() {
        return 0;
    }

    @Override
    public void readDeadline(long nanos) {}

    @Override
    public void writeDeadline(long nanos) {}

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public void writeTimeout(Duration timeout) {}

    @Override
    public void writeTimeout(Duration timeout, long nanos) {}

    @Override
    public boolean peek() {
        return true;
    }

    @Override
    public boolean failed() {
        return false;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void breakOutput() {
        fail(new IOException("the output was broken"));
    }

    @Override
    public void abort() {}

    @Override
    public boolean closed() {
        return false;
    }

    @Override
    public void close() {}
}
