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
    /** None for the plain form, which is limited elsewhere or streams through. */
    static final DecodedLimit NONE = new DecodedLimit(Long.MAX_VALUE, Integer.MAX_VALUE);

    private static final int RATIO_BETWEEN = 200;

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

    /**
     * A decoder's stream for the next decoder. A few bytes could keep that one busy for hours without a byte of the plain
     * form, such as with members of gzip that are empty.
     */
    InputStream between(InputStream decoder, LongSupplier coded) {
        return this == NONE ? new CountedInput(decoder, new Between(coded)::add) : on(decoder, coded);
    }

    private static final class Between {
        private final LongSupplier coded;
        private long count;

        private Between(LongSupplier coded) {
            this.coded = coded;
        }

        private void add(int n) throws IOException {
            count += n;
            if (count > FREE_BYTES && count / RATIO_BETWEEN > coded.getAsLong()) {
                throw new IOException("one coding within another is too good");
            }
        }
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
