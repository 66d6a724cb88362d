package dev.sluice.proxy.wire;

import javax.net.ssl.SSLHandshakeException;

/**
 * A client that speaks a protocol of text, such as HTTP in clear, to a server that speaks TLS. The wire is still open:
 * whoever catches this may answer on it, and must close it.
 */
public final class NoTlsException extends SSLHandshakeException {
    private static final long serialVersionUID = 1;

    /** Says what came instead. */
    public NoTlsException(String message) {
        super(message);
    }
}
