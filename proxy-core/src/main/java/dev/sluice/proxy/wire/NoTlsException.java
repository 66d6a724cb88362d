package dev.sluice.proxy.wire;

import javax.net.ssl.SSLHandshakeException;

/**
 * A client that speaks a text protocol, such as plain HTTP, to a TLS server. The wire is still open: the code that
 * catches this may answer on it, and must close it.
 */
public final class NoTlsException extends SSLHandshakeException {
    private static final long serialVersionUID = 1;

    /** Says what was received instead. */
    public NoTlsException(String message) {
        super(message);
    }
}
