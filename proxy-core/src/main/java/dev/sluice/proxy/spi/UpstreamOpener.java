package dev.sluice.proxy.spi;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.tls.OriginTls;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /**
     * The same, with its own TLS settings. By default a transport has none for one upstream, and this is refused.
     *
     * @param id its name in records and pools
     * @param uri {@code https://host[:port][/path]}, or any other if there are no settings
     * @param tls in place of the transport's own settings, or null for those
     * @throws IllegalArgumentException as {@link #upstream(String, URI)} does, and if there are settings and the URI is not
     *     one of https, or this transport cannot do what they ask for, or they ask for what only a server can do
     */
    default Upstream upstream(String id, URI uri, @Nullable OriginTls tls) {
        if (tls == null) {
            return upstream(id, uri);
        }
        throw new IllegalArgumentException(
                "transport " + name() + " cannot use TLS settings for one upstream: \"" + id + "\"");
    }
}
