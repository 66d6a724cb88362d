package dev.sluice.proxy;

import dev.sluice.proxy.internal.Around;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An upstream with a filter around each attempt. */
record FilteredUpstream(Upstream within, ProxyFilter filter) implements Upstream, Around<Upstream> {
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
