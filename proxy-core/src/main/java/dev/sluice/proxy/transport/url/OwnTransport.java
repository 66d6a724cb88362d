package dev.sluice.proxy.transport.url;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transport of one owner's upstreams: the one that the owner was built with, else that of the first server that
 * names one and is built with the owner, else {@link DirectTransport#shared()}. It is used for everything that the
 * owner sends: requests, probes and work in the background. Safe for use by many threads.
 */
public final class OwnTransport implements UpstreamOpener {
    private final String owner;
    private final boolean named;
    private volatile UpstreamOpener current;
    private boolean settled;

    /**
     * The transport of an owner.
     *
     * @param owner the owner in words, such as {@code pool "shop"}
     * @param named the transport that the owner was built with, or null when it named none
     */
    public OwnTransport(String owner, @Nullable UpstreamOpener named) {
        this.owner = owner;
        this.named = named != null;
        this.current = named != null ? named : DirectTransport.shared();
    }

    /**
     * Takes a server's transport, unless the owner was built with one of its own.
     *
     * @throws IllegalArgumentException if another server has settled it with another transport
     */
    public synchronized void settle(UpstreamOpener transport) {
        if (named || OpenedUpstreams.transportOf(current).equals(OpenedUpstreams.transportOf(transport))) {
            settled = true;
            return;
        }
        if (settled) {
            throw new IllegalArgumentException(owner + " already uses the transport of another server ("
                    + current.name() + "), and this server's is " + transport.name()
                    + ": build it with transport(...)");
        }
        settled = true;
        current = transport;
    }

    /** Returns whether the owner was built with a transport, which stays. */
    public boolean named() {
        return named;
    }

    /** The transport as it is now. */
    public UpstreamOpener current() {
        return current;
    }

    @Override
    public String name() {
        return current.name();
    }

    @Override
    public Set<Capability> upstreamCapabilities() {
        return current.upstreamCapabilities();
    }

    @Override
    public Upstream upstream(String id, URI uri) {
        return upstream(id, uri, null);
    }

    @Override
    public Upstream upstream(String id, URI uri, @Nullable OriginTls tls) {
        return named ? current.upstream(id, uri, tls) : new UrlUpstream(this, id, uri, tls);
    }
}
