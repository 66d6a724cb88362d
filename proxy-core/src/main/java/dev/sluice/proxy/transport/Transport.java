package dev.sluice.proxy.transport;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import java.io.IOException;
import java.net.URI;
import java.util.Set;

/** One way of moving messages over a network. Safe for use by many threads. */
public interface Transport {
    /** The name in messages and logs, such as {@code jdk}. */
    String name();

    /** What its listeners can do beyond plain requests and responses. */
    Set<Capability> listenerCapabilities();

    /** What its upstreams can do beyond plain requests and responses. */
    Set<Capability> upstreamCapabilities();

    /**
     * Opens a server socket and serves what comes.
     *
     * @throws IOException if the address cannot be listened at; the message names it
     */
    Listener listen(ListenerSettings settings, Service service) throws IOException;

    /**
     * An upstream at {@code http://host[:port][/path]} or {@code https://…}. Nothing is connected before the first
     * request.
     *
     * @param id its name in records and pools
     * @throws IllegalArgumentException if the URI is not of this form, or names what this transport cannot reach; the
     *     message shows it
     */
    Upstream upstream(String id, URI uri);
}
