package dev.sluice.proxy;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An upstream that is a function in this process; it can do whatever its handler can. */
record HandlerUpstream(String id, ProxyHandler handler) implements Upstream {
    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HandlerUpstream that && id.equals(that.id) && handler.equals(that.handler);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, handler);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        return handler.handle(request);
    }
}
