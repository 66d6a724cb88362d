package dev.sluice.proxy.transport.url;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.UpstreamOpener;
import dev.sluice.proxy.connect.Connector;
import dev.sluice.proxy.transport.Origin;
import dev.sluice.proxy.transport.OriginUpstream;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A description of a server by its URL. Used as it is, it goes over {@link DirectTransport#shared()}; an owner with a
 * transport of its own uses {@link #openedBy} instead. Immutable.
 */
public final class UrlUpstream extends OriginUpstream {
    private final URI uri;
    private final Upstream standard;

    /**
     * A server; its id is the URL.
     *
     * @param url {@code http://host[:port][/path]} or {@code https://…}
     * @throws IllegalArgumentException if it is not of this form; the message shows it
     */
    public UrlUpstream(String url) {
        this(url, Origin.uri(url));
    }

    private UrlUpstream(String id, URI uri) {
        super(id, Origin.of(uri));
        this.uri = uri;
        this.standard = DirectTransport.shared().upstream(id, uri);
    }

    @Override
    public Set<Capability> capabilities() {
        return standard.capabilities();
    }

    @Override
    public @Nullable Connector connector() {
        return standard instanceof OriginUpstream origin ? origin.connector() : null;
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        return standard.send(request);
    }

    @Override
    public Upstream openedBy(UpstreamOpener transport) {
        return transport.upstream(id(), uri);
    }
}
