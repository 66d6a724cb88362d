package dev.sluice.proxy.server;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import java.io.IOException;
import java.io.InputStream;

/** Handlers and bodies of users that keep the interrupt flag of their thread. */
public final class FlagKept {
    private FlagKept() {}

    /** Reads the request's body, and answers whether that succeeded. */
    public static ProxyHandler reading() {
        return request -> {
            Thread.currentThread().interrupt();
            try {
                request.body().open().read();
                return ProxyResponse.of(200, "read");
            } catch (IOException refused) {
                return ProxyResponse.of(503, "interrupted");
            }
        };
    }

    /** A body of this number of x, in pieces of up to a thousand. */
    public static InputStream body(int length) {
        return new InputStream() {
            private int left = length;

            @Override
            public int read() {
                Thread.currentThread().interrupt();
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] target, int offset, int most) throws IOException {
                return super.read(target, offset, Math.min(1000, most));
            }
        };
    }
}
