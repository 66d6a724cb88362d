package dev.sluice.proxy;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An upstream with a filter around each attempt. */
record FilteredUpstream(Upstream upstream, ProxyFilter filter) implements Upstream {
    @Override
    public String id() {
        return upstream.id();
    }

    @Override
    public String scheme() {
        return upstream.scheme();
    }

    @Override
    public @Nullable Authority authority() {
        return upstream.authority();
    }

    @Override
    public String basePath() {
        return upstream.basePath();
    }

    @Override
    public Set<Capability> capabilities() {
        return upstream.capabilities();
    }

    @Override
    public Upstream openedBy(UpstreamOpener transport) {
        return new FilteredUpstream(upstream.openedBy(transport), filter);
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        return filter.filter(request, upstream::send);
    }

    @Override
    public void close() {
        upstream.close();
    }
}
