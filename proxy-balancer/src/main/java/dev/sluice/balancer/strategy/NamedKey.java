package dev.sluice.balancer.strategy;

import dev.sluice.proxy.ProxyRequest;
import org.jspecify.annotations.Nullable;

/** A key whose name can be shown. */
record NamedKey(String name, RequestKey key) implements RequestKey {
    @Override
    public @Nullable String of(ProxyRequest request) {
        return key.of(request);
    }

    @Override
    public String toString() {
        return name;
    }
}
