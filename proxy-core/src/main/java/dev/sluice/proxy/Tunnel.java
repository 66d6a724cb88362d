package dev.sluice.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Bytes in both directions over a former HTTP connection: after a 2xx to CONNECT, or a 101 to Upgrade (RFC 9110 §7.8,
 * §9.3.6). One thread may read while another writes; {@code close} may be called from any.
 */
public interface Tunnel extends AutoCloseable {
    /** The protocol spoken in it: the token of the {@code Upgrade} field, or {@code connect}. */
    String protocol();

    /** The bytes from the other side; their end is its half-close. */
    InputStream in();

    /** The bytes to the other side. */
    OutputStream out();

    /**
     * Ends this side's direction and leaves the other open.
     *
     * @throws IOException if the connection has failed
     */
    void shutdownOutput() throws IOException;

    /** Ends both directions at once. Has no effect the second time. */
    @Override
    void close();
}
