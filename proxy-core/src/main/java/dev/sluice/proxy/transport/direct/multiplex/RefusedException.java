package dev.sluice.proxy.transport.direct.multiplex;

import java.io.IOException;

/** The peer has certainly done nothing for a stream, so that it can be tried again, whatever it is (RFC 9113 §8.7). */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean requiresHttp1;

    RefusedException(String message) {
        this(message, false);
    }

    RefusedException(String message, boolean requiresHttp1) {
        super(message);
        this.requiresHttp1 = requiresHttp1;
    }

    RefusedException(String message, Throwable cause) {
        super(message, cause);
        this.requiresHttp1 = false;
    }

    /** Whether it takes the request over HTTP/1.1 only (HTTP_1_1_REQUIRED, RFC 9113 §7). */
    public boolean requiresHttp1() {
        return requiresHttp1;
    }
}
