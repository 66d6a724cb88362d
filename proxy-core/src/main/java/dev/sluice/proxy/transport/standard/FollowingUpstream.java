package dev.sluice.proxy.transport.standard;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.transport.Origin;
import dev.sluice.proxy.transport.OriginUpstream;
import dev.sluice.proxy.transport.Transport;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An upstream that goes the way of the listener that its request came by: over the very transport that the listener
 * belongs to, with its settings. A request that came by none, such as a probe, goes by the JDK's client. Nothing of a
 * transport is touched before it is used.
 */
final class FollowingUpstream extends OriginUpstream {
    private final URI uri;
    private final Map<Transport, Upstream> ways = new ConcurrentHashMap<>();

    /**
     * An upstream at this place.
     *
     * @throws IllegalArgumentException if the URI is not one of an upstream
     */
    FollowingUpstream(String id, URI uri) {
        super(id, Origin.of(uri));
        this.uri = uri;
    }

    /** What it can do when the listener can do the same. */
    @Override
    public Set<Capability> capabilities() {
        return DirectTransport.shared().upstreamCapabilities();
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        Transport listeners = request.exchange().get(Transport.class);
        return way(listeners == null ? JdkTransport.shared() : listeners).send(request);
    }

    private Upstream way(Transport transport) {
        Upstream known = ways.get(transport);
        return known != null ? known : ways.computeIfAbsent(transport, this::open);
    }

    private Upstream open(Transport transport) {
        try {
            return transport.upstream(id(), uri);
        } catch (IllegalArgumentException unreachable) {
            // The JDK's client does not reach a host with an underscore in its name.
            return DirectTransport.shared().upstream(id(), uri);
        }
    }

    @Override
    public void close() {
        ways.values().forEach(Upstream::close);
    }
}
