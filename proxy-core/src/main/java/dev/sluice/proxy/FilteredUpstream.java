package dev.sluice.proxy;

import dev.sluice.proxy.internal.Around;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An upstream with a filter around each attempt. */
record FilteredUpstream(Upstream within, ProxyFilter by) implements Upstream, Around<Upstream, ProxyFilter> {
    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FilteredUpstream that && within.equals(that.within) && by.equals(that.by);
    }

    @Override
    public int hashCode() {
        return Objects.hash(within, by);
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
    public Upstream around(Upstream other, ProxyFilter filter) {
        return new FilteredUpstream(other, filter);
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        return by.filter(request, within::send);
    }

    @Override
    public void close() {
        within.close();
    }
}
