package dev.sluice.proxy.testing.gateway;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** The body of an answer. */
interface Content {
    /** Of a length that is not known before. */
    long UNKNOWN = -1;

    /** Nothing. */
    Content NONE = of(new byte[0]);

    /** The number of bytes, or {@link #UNKNOWN}. */
    long length();

    /** Whether it is what GET would have: an answer to HEAD alone does not know that. */
    default boolean isKnown() {
        return true;
    }

    /**
     * The bytes, for one answer. A read returns what is there, and waits only for the first byte.
     *
     * @param end behind how many bytes the answer itself breaks off
     */
    InputStream open(Pacing pacing, long end);

    /** The bytes of an answer that does not break off. */
    default InputStream open(Pacing pacing) {
        return open(pacing, Long.MAX_VALUE);
    }

    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public InputStream open(Pacing pacing, long end) {
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}
