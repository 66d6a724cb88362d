package dev.sluice.proxy;

import dev.sluice.proxy.internal.Around;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An upstream with a filter around each attempt. */
record FilteredUpstream(Upstream within, ProxyFilter filter) implements Upstream, Around<Upstream> {
    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FilteredUpstream that && within.equals(that.within) && filter.equals(that.filter);
    }

    @Override
    public int hashCode() {
        return Objects.hash(within, filter);
    }

    @Override
    public String id() {
        return within.id();
    }

    @Override
    public String scheme() {
        return within.scheme();
    }

    @Override
    public @Nullable Authority authority() {
        return within.authority();
    }

    @Override
    public String basePath() {
        return within.basePath();
    }

    @Override
    public Set<Capability> capabilities() {
        return within.capabilities();
    }

    @Override
    public Upstream around(Upstream other) {
        return new FilteredUpstream(other, filter);
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        return filter.filter(request, within::send);
    }

    @Override
    public void close() {
        within.close();
    }
}
