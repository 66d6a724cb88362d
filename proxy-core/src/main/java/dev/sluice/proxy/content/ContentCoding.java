package dev.sluice.proxy.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A content coding: a form of a body for the way, such as {@code gzip} (RFC 9110 §8.4.1). Implement it for codings that
 * the JDK does not have. One object is used by many threads at once; each of its streams is used by one thread at a time.
 */
public interface ContentCoding {
    /** {@link #gzip} at level 4: on text it takes half the time of level 6, for 1 % of the text's length more. */
    ContentCoding GZIP = gzip(4);

    /** {@link #deflate} at level 4. */
    ContentCoding DEFLATE = deflate(4);

    /** The name in {@code Content-Encoding} and {@code Accept-Encoding}, a token; case does not matter. */
    String name();

    /**
     * A stream that writes the coded bytes to {@code out}. Its {@code flush} lets all bytes so far be decoded at the other
     * end, or events wait here. Its {@code close} writes the end of the coded form, frees what the stream holds, and closes
     * {@code out}. It is called in any case, perhaps twice.
     *
     * @throws IOException if the coding cannot be used
     */
    OutputStream encoder(OutputStream out) throws IOException;

    /**
     * A stream of the bytes that the coded bytes of {@code in} stand for. Its {@code read} returns as soon as it has a byte,
     * and fails with an {@code IOException} if the coded bytes are not valid or end too early. Its {@code close} frees what
     * the stream holds, and closes {@code in}. It is called in any case, perhaps twice.
     *
     * @throws IOException if the coding cannot be used, or the coded bytes are not valid from their beginning
     */
    InputStream decoder(InputStream in) throws IOException;

    /**
     * The coding {@code gzip} (RFC 1952) of the JDK. As {@code x-gzip} it is the same (RFC 9110 §8.4.1.3). When read, each
     * member's checksum must be right, and nothing may follow the last member.
     *
     * @param level 1 (fast) to 9 (small)
     * @throws IllegalArgumentException if the level is not 1 to 9
     */
    static ContentCoding gzip(int level) {
        return new JdkCoding("gzip", level);
    }

    /**
     * The coding {@code deflate} of the JDK, which is the zlib format (RFC 1950). A body of bare RFC 1951 data, as some old
     * programs send it, is not valid (RFC 9110 §8.4.1.2).
     *
     * @param level 1 (fast) to 9 (small)
     * @throws IllegalArgumentException if the level is not 1 to 9
     */
    static ContentCoding deflate(int level) {
        return new JdkCoding("deflate", level);
    }
}
