package dev.sluice.balancer;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.spi.Transport;
import java.net.URI;
import java.util.Set;
import java.util.function.BiFunction;

/** A transport that makes a fake upstream for each URL, and does not listen. */
record FakeTransport(BiFunction<String, URI, Upstream> fakes) implements Transport {
    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Set<Capability> listenerCapabilities() {
        return Set.of();
    }

    @Override
    public Set<Capability> upstreamCapabilities() {
        return Set.of();
    }

    @Override
    public Listener listen(Listener.Settings settings, Service service) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Upstream upstream(String id, URI uri) {
        return fakes.apply(id, uri);
    }
}
