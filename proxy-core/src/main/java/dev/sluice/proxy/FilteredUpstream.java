package dev.sluice.proxy;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An upstream with a filter round each attempt. */
record FilteredUpstream(Upstream upstream, ProxyFilter filter) implements Upstream {
    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FilteredUpstream that && upstream.equals(that.upstream) && filter.equals(that.filter);
    }

    @Override
    public int hashCode() {
        return Objects.hash(upstream, filter);
    }

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
