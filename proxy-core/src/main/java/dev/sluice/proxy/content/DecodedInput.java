package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The plain form of a coded stream, made while it is read. How much a decoder can hand out without reading on is not known,
 * so {@code available} is 0, and whoever reads passes each piece on before the next one.
 */
final class DecodedInput extends CodedInput {
    private final Source source;
    private final List<ContentCoding> codings;
    private final DecodedLimit limit;
    private final Function<IOException, ProxyException> invalid;
    private @Nullable InputStream decoder;
    private boolean ended;

    private DecodedInput(
            InputStream source,
            List<ContentCoding> codings,
            DecodedLimit limit,
            Function<IOException, ProxyException> invalid) {
        this.source = new Source(source);
        this.codings = codings;
        this.limit = limit;
        this.invalid = invalid;
    }

    /**
     * This body without these codings, of which the first one was applied first.
     *
     * @param invalid the failure for coded bytes that are not valid
     * @param scope frees what the decoders hold, at the latest
     */
    static Body of(
            Body body,
            List<ContentCoding> codings,
            DecodedLimit limit,
            Function<IOException, ProxyException> invalid,
            Exchange scope) {
        return body.map(
                stream -> {
                    DecodedInput plain = new DecodedInput(stream, codings, limit, invalid);
                    scope.onEnd(how -> plain.release());
                    return plain;
                },
                Body.UNKNOWN);
    }

    @Override
    int readInTurn(byte[] target, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        try {
            InputStream in = decoder();
            int n = in.read(target, offset, length);
            if (n < 0) {
                ended = true;
                in.close();
            }
            return n;
        } catch (ProxyException known) {
            throw known;
        } catch (IOException why) {
            throw source.failure == null ? invalid.apply(why) : source.failure;
        }
    }

    /** Made when it is needed, as making one may read, and a read may ask the client for the body. */
    private InputStream decoder() throws IOException {
        if (decoder == null) {
            InputStream in = source;
            decoder = in;
            for (int i = codings.size() - 1; i >= 0; i--) {
                InputStream next = codings.get(i).decoder(in);
                in = i > 0 ? limit.between(next, source::count) : limit.on(next, source::count);
                decoder = in;
            }
        }
        return Objects.requireNonNull(decoder);
    }

    @Override
    void free() throws IOException {
        if (decoder != null) {
            decoder.close();
        }
    }

    @Override
    public void close() throws IOException {
        release();
        source.stream.close();
    }

    /** The coded bytes: counted, and with the failure that is not the decoder's. */
    private static final class Source extends BulkInputStream {
        private final InputStream stream;
        private long count;
        private @Nullable IOException failure;

        private Source(InputStream stream) {
            this.stream = stream;
        }

        private long count() {
            return count;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int n = stream.read(target, offset, length);
                count += Math.max(0, n);
                return n;
            } catch (IOException why) {
                failure = why;
                throw why;
            }
        }

        @Override
        public int available() throws IOException {
            return stream.available();
        }
    }
}
