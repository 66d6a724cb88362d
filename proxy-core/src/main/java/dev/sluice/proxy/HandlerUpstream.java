package dev.sluice.proxy;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** An upstream that is a function in this process; it can do whatever its handler can. */
record HandlerUpstream(String id, ProxyHandler handler) implements Upstream {
    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        return handler.handle(request);
    }
}
