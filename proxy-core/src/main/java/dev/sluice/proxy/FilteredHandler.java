package dev.sluice.proxy;

import java.io.IOException;
import java.util.Set;

/** A handler with a filter round it. */
record FilteredHandler(ProxyHandler handler, ProxyFilter filter) implements ProxyHandler {
    @Override
    public ProxyResponse handle(ProxyRequest request) throws IOException, InterruptedException {
        return filter.filter(request, handler);
    }

    @Override
    public Set<Capability> needs() {
        return handler.needs();
    }
}
