package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.Connector;
import dev.sluice.proxy.connect.Destination;
import dev.sluice.proxy.transport.Origin;
import java.util.Set;

/** A server that is spoken to over the transport's pooled connections. It holds nothing of its own. */
final class DirectUpstream implements Upstream {
    private final String id;
    private final Origin origin;
    private final Destination destination;
    private final Connector connector;

    DirectUpstream(String id, Origin origin, Destination destination, Connector connector) {
        this.id = id;
        this.origin = origin;
        this.destination = destination;
        this.connector = connector;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String scheme() {
        return origin.scheme();
    }

    @Override
    public Authority authority() {
        return origin.authority();
    }

    @Override
    public String basePath() {
        return origin.basePath();
    }

    @Override
    public Set<Capability> capabilities() {
        return DirectTransport.UPSTREAM_CAPABILITIES;
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws ProxyException, InterruptedException {
        return OriginCall.send(request, connector, destination, AddressRule.ANY);
    }

    /** The upstream's id and where it is. */
    @Override
    public String toString() {
        return id + " at " + origin;
    }
}
