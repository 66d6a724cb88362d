package dev.sluice.proxy.transport.url;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.tls.OriginTls;
import java.net.URI;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens upstreams with a transport for an owner, which finally closes all of them. Safe for use by many threads. */
public final class OpenedUpstreams implements UpstreamOpener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenedUpstreams.class);

    private final UpstreamOpener transport;
    private final Queue<Upstream> opened = new ConcurrentLinkedQueue<>();

    /** Opens by this transport. */
    public OpenedUpstreams(UpstreamOpener transport) {
        this.transport = transport;
    }

    /** The transport itself, for an owner with another life time. */
    public static UpstreamOpener transportOf(UpstreamOpener opener) {
        return opener instanceof OpenedUpstreams some ? some.transport : opener;
    }

    @Override
    public String name() {
        return transport.name();
    }

    @Override
    public Set<Capability> upstreamCapabilities() {
        return transport.upstreamCapabilities();
    }

    @Override
    public Upstream upstream(String id, URI uri) {
        return added(transport.upstream(id, uri));
    }

    @Override
    public Upstream upstream(String id, URI uri, @Nullable OriginTls tls) {
        return added(transport.upstream(id, uri, tls));
    }

    private Upstream added(Upstream made) {
        opened.add(made);
        return made;
    }

    /**
     * Closes what has been opened. An attempt that runs goes on to its end. If one cannot be closed, the others are
     * still closed.
     */
    @Override
    public void close() {
        for (Upstream made = opened.poll(); made != null; made = opened.poll()) {
            try {
                made.close();
            } catch (RuntimeException | Error failure) {
                LOG.warn("closing upstream {} failed", made.id(), failure);
            }
        }
    }
}
