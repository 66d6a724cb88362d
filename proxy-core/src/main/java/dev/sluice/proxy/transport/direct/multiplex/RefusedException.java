package dev.sluice.proxy.transport.direct.multiplex;

import java.io.IOException;

/** The peer has certainly done nothing for a stream, so that it can be tried again, whatever it is (RFC 9113 §8.7). */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }

    RefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
