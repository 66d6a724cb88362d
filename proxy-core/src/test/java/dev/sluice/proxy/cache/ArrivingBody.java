package dev.sluice.proxy.cache;

import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The body of an origin's response, of which a piece arrives each second, until it ends or breaks off. */
final class ArrivingBody extends BulkInputStream {
    private final TimeSource time;
    private final byte[] text;
    private final int piece;
    private int cutAt;
    private int position;
    private Failing failure = () -> new IOException("cut");
    private Reached onReached = at -> {};

    ArrivingBody(TimeSource time, String text, int piece) {
        this.time = time;
        this.text = text.getBytes(StandardCharsets.ISO_8859_1);
        this.piece = piece;
        this.cutAt = Integer.MAX_VALUE;
    }

    /** It breaks off after so many bytes, also if those are all: then only the end does not come. */
    ArrivingBody cutAt(int bytes) {
        this.cutAt = bytes;
        return this;
    }

    /** It breaks off in this way. */
    ArrivingBody with(Failing cause) {
        this.failure = cause;
        return this;
    }

    /** Is told each number of bytes that has arrived, beginning with 0, before the next piece comes or it breaks off. */
    ArrivingBody onReached(Reached hook) {
        this.onReached = hook;
        return this;
    }

    interface Failing {
        IOException now();
    }

    interface Reached {
        void at(int position) throws IOException;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        onReached.at(position);
        pause();
        if (position >= cutAt) {
            throw failure.now();
        }
        int n = Math.min(Math.min(length, piece), Math.min(cutAt, text.length) - position);
        if (n == 0) {
            return -1;
        }
        System.arraycopy(text, position, into, offset, n);
        position += n;
        return n;
    }

    private void pause() throws IOException {
        try {
            time.await(new Signal(), time.deadline(Duration.ofSeconds(1)));
        } catch (InterruptedException interrupt) {
            throw new InterruptedIOException();
        }
    }
}
