package dev.sluice.proxy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The content of a message: a stream that is read once, or bytes that can be read again. It has one owner and one
 * reader at a time, and holds resources until it is closed. Reading to the end does not close it. Closing it twice does
 * no harm.
 *
 * <p>A stream's {@code read} returns as soon as one byte is there, so that events pass one by one.
 */
public abstract class Body implements AutoCloseable {
    /** The length of a body that only its end shows. */
    public static final long UNKNOWN = -1;

    private static final Body EMPTY = new BytesBody(new byte[0]);

    /** Whether it belongs to a response; its latest owner sets this. */
    private boolean ofResponse;

    /** For the library's own kinds and for tests. */
    protected Body() {}

    /** This body; from now on it belongs to a request or to a response. */
    final Body ownedBy(boolean response) {
        // Not written without need: bytes may be shared by many messages, and the empty body is.
        if (ofResponse != response && this != EMPTY) {
            ofResponse = response;
        }
        return this;
    }

    /** No content: length 0. */
    public static Body empty() {
        return EMPTY;
    }

    /** These bytes, which are not copied and must not change. Can be opened many times. */
    public static Body of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new BytesBody(bytes);
    }

    /** This text in UTF-8. Can be opened many times. */
    public static Body of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The content of {@code stream}, up to its end, without trailers. */
    public static Body of(InputStream stream, long length) {
        return of(stream, length, Headers::empty);
    }

    /**
     * The content of {@code stream}, up to its end. Opened once; closing the body closes the stream.
     *
     * @param length the number of bytes, or {@link #UNKNOWN}
     * @param trailers asked for the trailer fields after the end
     * @throws IllegalArgumentException if the length is below -1
     */
    public static Body of(InputStream stream, long length, Supplier<Headers> trailers) {
        return new StreamBody(stream, length, trailers);
    }

    /** The number of bytes, or {@link #UNKNOWN}. */
    public abstract long length();

    /** Returns whether {@link #open()} can be called again and yields the same bytes each time. */
    public abstract boolean repeatable();

    /**
     * The stream of the bytes. Its reader need not close it: closing the body does.
     *
     * @throws IllegalStateException if the body is one-shot and has been opened, or is closed
     */
    public abstract InputStream open();

    /** The trailer fields. Empty until the body has been read to its end. */
    public abstract Headers trailers();

    /** Frees what the body holds. Has no effect the second time. */
    @Override
    public abstract void close();

    /**
     * This body with its stream changed, for example compressed. The result owns this body and closes it; do not open
     * this one any more.
     *
     * @param change applied to the stream when the result is opened
     * @param length of the changed stream, or {@link #UNKNOWN}
     */
    public Body map(UnaryOperator<InputStream> change, long length) {
        return new MappedBody(this, change, length);
    }

    /**
     * Reads the body to its end, and closes it.
     *
     * @param limit the most bytes to accept
     * @throws ProxyException if there are more: LIMIT_EXCEEDED for a request's body, which gives the client a 413 (RFC
     *     9110 §15.5.14), and BAD_RESPONSE for a response's, a 502
     * @throws IOException if reading fails
     */
    public byte[] readAll(int limit) throws IOException {
        try (this) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.max(32, Math.min(length(), limit)));
            InputStream stream = open();
            byte[] buffer = new byte[8192];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                if (bytes.size() + n > limit) {
                    throw tooLong(limit);
                }
                bytes.write(buffer, 0, n);
            }
            return bytes.toByteArray();
        }
    }

    /** The client is not to blame for the length of a response. */
    private ProxyException tooLong(int limit) {
        return ofResponse
                ? new ProxyException(
                        Outcome.BAD_RESPONSE, Delivery.ANSWERED, "response's body longer than " + limit + " bytes")
                : new ProxyException(
                        Outcome.LIMIT_EXCEEDED, Delivery.SENT_UNKNOWN, "body longer than " + limit + " bytes");
    }

    private static final class BytesBody extends Body {
        private final byte[] bytes;

        private BytesBody(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public boolean repeatable() {
            return true;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public Headers trailers() {
            return Headers.empty();
        }

        @Override
        public void close() {}
    }

    private static final class StreamBody extends Body {
        private final InputStream stream;
        private final long length;
        private final Supplier<Headers> trailers;
        private boolean opened;
        private boolean closed;

        private StreamBody(InputStream stream, long length, Supplier<Headers> trailers) {
            if (length < UNKNOWN) {
                throw new IllegalArgumentException("length must be -1 or more: " + length);
            }
            this.stream = stream;
            this.length = length;
            this.trailers = trailers;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public boolean repeatable() {
            return false;
        }

        @Override
        public synchronized InputStream open() {
            if (opened || closed) {
                throw new IllegalStateException(closed ? "the body is closed" : "the body has been opened before");
            }
            opened = true;
            return stream;
        }

        @Override
        public Headers trailers() {
            return trailers.get();
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            try {
                stream.close();
            } catch (IOException ignored) {
                // Nothing is lost: a reader that still needed bytes already has the failure.
            }
        }
    }

    private static final class MappedBody extends Body {
        private final Body wrapped;
        private final UnaryOperator<InputStream> change;
        private final long length;
        private @Nullable InputStream open;

        private MappedBody(Body wrapped, UnaryOperator<InputStream> change, long length) {
            if (length < UNKNOWN) {
                throw new IllegalArgumentException("length must be -1 or more: " + length);
            }
            this.wrapped = wrapped;
            this.change = change;
            this.length = length;
            ownedBy(wrapped.ofResponse);
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public boolean repeatable() {
            return wrapped.repeatable();
        }

        @Override
        public synchronized InputStream open() {
            open = Objects.requireNonNull(change.apply(wrapped.open()), "the change of a body returned no stream");
            return open;
        }

        @Override
        public Headers trailers() {
            return wrapped.trailers();
        }

        @Override
        public void close() {
            InputStream stream;
            synchronized (this) {
                stream = open;
                open = null;
            }
            try {
                if (stream != null) {
                    stream.close();
                }
            } catch (IOException ignored) {
                // As in StreamBody: the reader has been told.
            } finally {
                wrapped.close();
            }
        }
    }
}
