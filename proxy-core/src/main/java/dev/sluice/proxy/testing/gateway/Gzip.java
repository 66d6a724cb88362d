package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.internal.BulkInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The bytes of a body, compressed by gzip (RFC 9110 §8.4.1.3) piece by piece as they come. For one thread. */
final class Gzip extends BulkInputStream {
    private static final int PIECE_BYTES = 8 * 1024;

    private final InputStream in;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private @Nullable GZIPOutputStream out;
    private byte[] ready = {};
    private int at;
    private boolean ended;

    private Gzip(InputStream in) {
        this.in = in;
    }

    /**
     * The same answer with its body compressed. What has a length has one afterwards.
     *
     * @throws IllegalStateException if it has a coding already
     */
    static Reply of(Reply reply, String method, Pacing pacing) throws IOException {
        if (reply.headers().has("Content-Encoding")) {
            throw new IllegalStateException("gzip() sets Content-Encoding, but the answer has it already: "
                    + String.join(", ", reply.headers().all("Content-Encoding")));
        }
        if (!reply.hasBody("GET") || (method.equals("CONNECT") && reply.status() < 300)) {
            return reply;
        }
        Headers.Builder headers = reply.headers().toBuilder().add("Content-Encoding", "gzip");
        if (!reply.content().isKnown()) {
            // It would be another length than that of what is not compressed.
            return reply.withHeaders(headers.remove("Content-Length").build());
        }
        return reply.withContent(of(reply.content(), pacing)).withHeaders(headers.build());
    }

    private static Content of(Content content, Pacing pacing) throws IOException {
        if (content.length() >= 0) {
            try (InputStream whole = new Gzip(content.open(pacing))) {
                return Content.of(whole.readAllBytes());
            }
        }
        return new Content() {
            @Override
            public long length() {
                return UNKNOWN;
            }

            @Override
            public InputStream open(Pacing now, long end) {
                // Where it breaks off is told in compressed bytes. If it does, nobody knows how many of the feed's they
                // are.
                return new Gzip(content.open(now, end == Long.MAX_VALUE ? end : 0));
            }
        };
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (at == ready.length && length > 0) {
            if (ended) {
                return -1;
            }
            compress();
        }
        int n = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, target, offset, n);
        at += n;
        return n;
    }

    private void compress() throws IOException {
        int n = in.read(piece);
        if (out == null) {
            out = new GZIPOutputStream(compressed, PIECE_BYTES, true);
        }
        if (n < 0) {
            out.finish();
            ended = true;
        } else {
            out.write(piece, 0, n);
            // A client can read each piece of a feed when it comes.
            out.flush();
        }
        ready = compressed.toByteArray();
        compressed.reset();
        at = 0;
    }

    @Override
    public void close() throws IOException {
        try {
            if (out != null) {
                out.close();
            }
        } finally {
            in.close();
        }
    }
}
