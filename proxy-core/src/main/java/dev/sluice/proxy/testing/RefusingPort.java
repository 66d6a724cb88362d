package dev.sluice.proxy.testing;

import dev.sluice.proxy.Authority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/**
 * A port at which every connection is refused, as with a server that is down. It is bound but does not listen, so
 * nothing else on the machine can get it until it is closed, unlike a port that was only used before.
 */
public final class RefusingPort implements AutoCloseable {
    private final Socket bound = new Socket();

    /**
     * Takes a free port of all addresses.
     *
     * @throws UncheckedIOException if there is none
     */
    public RefusingPort() {
        try {
            bound.bind(new InetSocketAddress(0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The port's number. */
    public int number() {
        return bound.getLocalPort();
    }

    /** The port at a loopback address, as an {@code http} URL. */
    public URI uri() {
        return URI.create(
                "http://" + new Authority(InetAddress.getLoopbackAddress().getHostAddress(), number()));
    }

    /** Gives the port back. */
    @Override
    public void close() {
        try {
            bound.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
