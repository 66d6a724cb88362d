package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The body of a short response, which is read whole before its head goes to the client. For one thread at a time. */
final class HeldBody {
    /** The greatest length of a body. */
    static final int LIMIT = 64 * 1024;

    private final ProxyResponse response;
    private final Body body;
    private final InputStream stream;

    private HeldBody(ProxyResponse response) {
        this.response = response;
        this.body = response.body();
        this.stream = body.open();
    }

    /**
     * Begins to hold it; null for a response that is not held: one that is long, of unknown length, or without a body.
     */
    static @Nullable HeldBody of(ProxyResponse response) {
        long length = response.body().length();
        return response.tunnel() == null && length > 0 && length <= LIMIT ? new HeldBody(response) : null;
    }

    /** Returns whether all of it is here. */
    boolean ready() {
        try {
            return stream.available() >= body.length();
        } catch (IOException broken) {
            // Reading the body will report the failure.
            return false;
        }
    }

    /**
     * Reads it.
     *
     * @throws IOException if it breaks off
     */
    ProxyResponse read() throws IOException {
        byte[] bytes = bytes();
        Headers trailers = body.trailers();
        return response.toBuilder()
                .body(
                        trailers.isEmpty()
                                ? Body.of(bytes)
                                : Body.of(new ByteArrayInputStream(bytes), bytes.length, () -> trailers))
                .build();
    }

    /** Read to the end of the stream, as that ends the attempt. */
    private byte[] bytes() throws IOException {
        try (body) {
            byte[] bytes = new byte[(int) body.length()];
            int count = 0;
            while (count < bytes.length) {
                int n = stream.read(bytes, count, bytes.length - count);
                if (n < 0) {
                    break;
                }
                count += n;
            }
            return bytes;
        }
    }
}
