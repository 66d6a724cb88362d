package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One kind of message. It is read repeatedly from pieces with the same buffer, and written. The limits are low, so that
 * mutations reach them.
 */
abstract class Reading {
    private static final int TARGET = 12;
    private static final int HEADER_COUNT = 2;

    /** The result of one reading: a value, the number of used bytes, and the exception. */
    record Result(
            @Nullable Object value, int used, @Nullable IOException thrown) {
        boolean same(Result other) {
            if (!sameValue(value, other.value)) {
                return false;
            }
            if (thrown == null || other.thrown == null) {
                return thrown == other.thrown && used == other.used;
            }
            return thrown instanceof ProxyException mine && other.thrown instanceof ProxyException yours
                    ? mine.status() == yours.status()
                            && String.valueOf(mine.getMessage()).equals(yours.getMessage())
                    : thrown.getClass() == other.thrown.getClass();
        }
    }

    record Content(String data, Headers trailers) {}

    final Pieces pieces = new Pieces();
    final InputBuffer in;

    Reading(int bufferBytes) {
        this.in = new InputBuffer(pieces, bufferBytes);
    }

    /** Reads the bytes of {@link #pieces}. Content before a fault is in the result too. */
    Result result() {
        in.consume(in.available());
        in.trim();
        try {
            Object value = read();
            return new Result(value, pieces.given() - in.available(), null);
        } catch (ProxyException | EOFException expected) {
            return new Result(before(), 0, expected);
        } catch (IOException other) {
            throw new AssertionError("not an exception of a reader", other);
        }
    }

    abstract @Nullable Object read() throws IOException;

    /** The content before the fault; nothing if a message counts only as a whole. */
    @Nullable
    Object before() {
        return null;
    }

    /** Writes the value. Returns the value that reading it again must give. */
    abstract Object write(Object value, OutputBuffer out);

    /** Equality that includes the case of names. {@link Headers#equals} ignores it. */
    static boolean sameValue(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            return one == other;
        }
        Headers mine = headers(one);
        Headers yours = headers(other);
        boolean same = one.equals(other) && mine.size() == yours.size();
        for (int i = 0; i < mine.size() && same; i++) {
            same = mine.name(i).equals(yours.name(i));
        }
        return same;
    }

    private static Headers headers(Object value) {
        if (value instanceof RequestHead request) {
            return request.headers();
        }
        return value instanceof ResponseHead response ? response.headers() : ((Content) value).trailers();
    }

    static final class Requests extends Reading {
        private final RequestReader reader;

        Requests(int bufferBytes, int headerBytes) {
            super(bufferBytes);
            reader = new RequestReader(in, TARGET, headerBytes, HEADER_COUNT);
        }

        @Override
        @Nullable
        Object read() throws IOException {
            return reader.read();
        }

        @Override
        Object write(Object value, OutputBuffer out) {
            RequestHead head = (RequestHead) value;
            MessageWriter.requestLine(out, head.method(), head.target());
            MessageWriter.fields(out, head.headers());
            out.crlf();
            return new RequestHead(head.method(), head.target(), HttpVersion.HTTP_1_1, head.headers());
        }
    }

    static final class Responses extends Reading {
        private final ResponseReader reader;

        Responses(int bufferBytes, int headerBytes) {
            super(bufferBytes);
            reader = new ResponseReader(in, headerBytes, HEADER_COUNT);
        }

        @Override
        @Nullable
        Object read() throws IOException {
            return reader.read();
        }

        @Override
        Object write(Object value, OutputBuffer out) {
            ResponseHead head = (ResponseHead) value;
            MessageWriter.statusLine(out, head.status());
            MessageWriter.fields(out, head.headers());
            out.crlf();
            return new ResponseHead(HttpVersion.HTTP_1_1, head.status(), head.headers());
        }
    }

    static final class Chunks extends Reading {
        private final byte[] data = new byte[128];
        private final int headerBytes;
        private final int step;
        private int size;

        /** Reads this number of content bytes at a time. */
        Chunks(int bufferBytes, int headerBytes, int step) {
            super(bufferBytes);
            this.headerBytes = headerBytes;
            this.step = step;
        }

        @Override
        Object read() throws IOException {
            size = 0;
            ChunkedReader reader = new ChunkedReader(in, headerBytes, HEADER_COUNT, Side.REQUEST);
            for (int n = reader.read(data, 0, step); n >= 0; n = reader.read(data, size, step)) {
                size += n;
            }
            return new Content(text(), reader.trailers());
        }

        @Override
        Object before() {
            return new Content(text(), Headers.empty());
        }

        @Override
        Object write(Object value, OutputBuffer out) {
            Content content = (Content) value;
            if (!content.data().isEmpty()) {
                out.chunkHead(content.data().length());
                out.latin1(content.data());
                out.crlf();
            }
            MessageWriter.lastChunk(out, content.trailers());
            return content;
        }

        private String text() {
            return new String(data, 0, size, StandardCharsets.ISO_8859_1);
        }
    }
}
