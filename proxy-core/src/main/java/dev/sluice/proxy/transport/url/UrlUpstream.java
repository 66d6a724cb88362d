package dev.sluice.proxy.transport.url;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.origin.ConnectCheck;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.tls.OriginTls;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server that was given as a URL. It uses its owner's transport, and is opened again when that is settled; without an
 * owner it uses the first transport of {@link OwnTransport}. Safe for use by many threads.
 */
public final class UrlUpstream extends OriginUpstream implements Openable<Upstream> {
    private final OwnTransport owner;
    private final URI uri;
    private final @Nullable OriginTls tls;
    private volatile Opened opened;
    private boolean closed;

    /** The upstream, and what opened it. */
    private record Opened(UpstreamOpener transport, Upstream upstream) {}

    /**
     * A server without an owner: code with a transport for it uses the result of {@link #openedBy}. Its id is the URL.
     *
     * @param url {@code http://host[:port][/path]} or {@code https://…}
     * @throws IllegalArgumentException if it is not of this form; the message shows it
     */
    public UrlUpstream(String url) {
        this(new OwnTransport("upstream \"" + url + "\"", null), url, Origin.uri(url), null);
    }

    /** @param tls its own TLS settings, or null for the transport's */
    UrlUpstream(OwnTransport owner, String id, URI uri, @Nullable OriginTls tls) {
        super(id, Origin.of(uri));
        this.owner = owner;
        this.uri = uri;
        this.tls = tls;
        this.opened = open(owner.current());
    }

    private Opened open(UpstreamOpener transport) {
        return new Opened(transport, openedBy(transport));
    }

    private Upstream upstream() {
        UpstreamOpener transport = owner.current();
        Opened last = opened;
        return last.transport().equals(transport) ? last.upstream() : reopened(transport);
    }

    private synchronized Upstream reopened(UpstreamOpener transport) {
        Opened last = opened;
        if (!last.transport().equals(transport)) {
            opened = open(transport);
            last.upstream().close();
            if (closed) {
                opened.upstream().close();
            }
        }
        return opened.upstream();
    }

    @Override
    public Set<Capability> capabilities() {
        return upstream().capabilities();
    }

    @Override
    public @Nullable ConnectCheck connectCheck() {
        return connectCheckOf(upstream());
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        return upstream().send(request);
    }

    /** Another upstream at the same place. The owner of this one decides its transport. */
    @Override
    public Upstream openedBy(UpstreamOpener transport) {
        return transport.upstream(id(), uri, tls);
    }

    @Override
    public Upstream beside(URI place) {
        boolean secure = Origin.of(place).scheme().equals("https");
        return new UrlUpstream(owner, id(), place, secure ? tls : null);
    }

    @Override
    public synchronized void close() {
        closed = true;
        opened.upstream().close();
    }
}
