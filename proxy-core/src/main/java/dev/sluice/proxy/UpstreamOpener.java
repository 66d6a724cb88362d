package dev.sluice.proxy;

import java.net.URI;
import java.util.Set;

/** Opens upstreams that are given as URLs: the half of a transport that looks at origins. Safe for use by many threads. */
public interface UpstreamOpener {
    /** The name in messages and logs, such as {@code direct}. */
    String name();

    /** What its upstreams can do beyond plain requests and responses. */
    Set<Capability> upstreamCapabilities();

    /**
     * An upstream at {@code http://host[:port][/path]} or {@code https://…}. Nothing is connected before the first
     * request, and what is connected then belongs to the transport.
     *
     * @param id its name in records and pools
     * @throws IllegalArgumentException if the URI is not of this form, or names what this transport cannot reach; the
     *     message shows it
     */
    Upstream upstream(String id, URI uri);
}
