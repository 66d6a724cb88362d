package dev.sluice.proxy.spi;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import java.net.URI;
import java.util.Set;

/** Opens upstreams that are given as URLs: the half of a transport for origins. Safe for use by many threads. */
public interface UpstreamOpener {
    /** The name in messages and logs, such as {@code direct}. */
    String name();

    /** What its upstreams can do beyond plain requests and responses. */
    Set<Capability> upstreamCapabilities();

    /**
     * An upstream at {@code http://host[:port][/path]} or {@code https://…}. It connects at the first request, and the
     * connections belong to the transport.
     *
     * @param id its name in records and pools
     * @throws IllegalArgumentException if the URI is not of this form, or this transport cannot reach it; the message
     *     shows it
     */
    Upstream upstream(String id, URI uri);
}
