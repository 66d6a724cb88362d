package dev.sluice.proxy.wire;

import java.io.IOException;

/** Reading, writing or a TLS handshake was not done by its deadline. */
public final class WireTimeoutException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says what took too long. */
    public WireTimeoutException(String message) {
        super(message);
    }
}
