package dev.sluice.proxy.testing;

import dev.sluice.proxy.ProxyHandler;
import java.io.IOException;

/**
 * An exception of a handler, kept in its exchange for the test.
 *
 * @param cause an IOException, an InterruptedException, or one that is not checked
 */
record Thrown(Throwable cause) {
    /** The handler, with what it throws kept. */
    static ProxyHandler by(ProxyHandler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (Throwable cause) {
                request.exchange().put(Thrown.class, new Thrown(cause));
                throw cause;
            }
        };
    }

    /** Throws the exception on the test's thread. */
    void rethrow() throws IOException, InterruptedException {
        if (cause instanceof IOException known) {
            throw known;
        }
        if (cause instanceof InterruptedException interrupt) {
            // The interrupt shows either in the flag or in the exception.
            Thread.interrupted();
            throw interrupt;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }
}
