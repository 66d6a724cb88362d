package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Authority;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The port of a gateway, if it has one, which opens when it is first needed. Safe for use by many threads. */
final class LazyPort {
    private final @Nullable Supplier<GatewayPort> opening;
    private @Nullable GatewayPort port;
    private boolean closed;

    /**
     * A port that is not open.
     *
     * @param opening opens it, each time anew; null if the gateway has no socket
     */
    LazyPort(@Nullable Supplier<GatewayPort> opening) {
        this.opening = opening;
    }

    boolean exists() {
        return opening != null;
    }

    /**
     * The port, which is open from now on unless it was closed.
     *
     * @throws IllegalStateException if the gateway has no socket, or was closed before it was open
     */
    synchronized GatewayPort get() {
        if (opening == null) {
            throw new IllegalStateException("this gateway has no socket: begin it with start(), or use upstream(id)");
        }
        if (port == null && closed) {
            throw new IllegalStateException("this gateway was closed before it had an address");
        }
        if (port == null) {
            port = opening.get();
        }
        return port;
    }

    /** Opens it, also again; has no effect if it is open, or the gateway has no socket. */
    synchronized void open() {
        if (opening != null && (port == null || port.isClosed())) {
            port = opening.get();
            closed = false;
        }
    }

    /** From now on it opens only by {@link #open}. Returns the port if it was opened, to close it without a lock. */
    synchronized @Nullable GatewayPort close() {
        closed = true;
        return port;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** The port if it was opened. */
    synchronized @Nullable GatewayPort opened() {
        return port;
    }

    /** Its address without a path. */
    URI uri(String scheme) {
        InetSocketAddress address = get().address();
        return URI.create(scheme + "://" + new Authority(address.getAddress().getHostAddress(), address.getPort()));
    }

    /**
     * Its address with a path, and perhaps a query.
     *
     * @throws IllegalArgumentException if the path has another form
     */
    URI uri(String scheme, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path must begin with a slash: \"" + path + "\"");
        }
        if (path.indexOf('#') >= 0 || !path.chars().allMatch(c -> c < 0x80)) {
            throw new IllegalArgumentException(
                    "path must have no fragment (#), and escapes for what is not ASCII: \"" + path + "\"");
        }
        try {
            return new URI(uri(scheme) + path);
        } catch (URISyntaxException fault) {
            throw new IllegalArgumentException(
                    "path must be that of a URI, with escapes where it needs them: \"" + path + "\" ("
                            + fault.getReason() + ")",
                    fault);
        }
    }
}
