package dev.sluice.proxy.content;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.CountedInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;

/**
 * How much may come out of a decoder. Each decoder of a chain has this limit, as otherwise an inner one could be fed
 * without end. Immutable.
 */
final class DecodedLimit {
    /** Nothing at all, for bodies that are limited elsewhere. */
    static final DecodedLimit NONE = new DecodedLimit(Long.MAX_VALUE, Integer.MAX_VALUE);

    /** A short body does no harm, however well it is compressed. */
    private static final int FREE_BYTES = 64 * 1024;

    private final long maxBytes;
    private final int maxRatio;

    DecodedLimit(long maxBytes, int maxRatio) {
        this.maxBytes = maxBytes;
        this.maxRatio = maxRatio;
    }

    /**
     * A decoder's stream that fails as soon as one byte too many has come.
     *
     * @param coded how many coded bytes have been read so far
     */
    InputStream on(InputStream decoder, LongSupplier coded) {
        return new CountedInput(decoder, new Count(coded)::add);
    }

    private final class Count {
        private final LongSupplier coded;
        private long count;

        private Count(LongSupplier coded) {
            this.coded = coded;
        }

        private void add(int n) throws IOException {
            count += n;
            if (count > maxBytes) {
                throw ProxyException.refused(
                        Outcome.LIMIT_EXCEEDED, "the decompressed body has more than " + maxBytes + " bytes");
            }
            if (count > FREE_BYTES && count / maxRatio > coded.getAsLong()) {
                throw ProxyException.refused(
                        Outcome.LIMIT_EXCEEDED,
                        "the decompressed body is more than " + maxRatio + " times as long as the compressed one");
            }
        }
    }
}
