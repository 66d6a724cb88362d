package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ConnectCheck;
import dev.sluice.proxy.connect.Destination;
import dev.sluice.proxy.transport.Origin;
import dev.sluice.proxy.transport.OriginUpstream;
import java.util.Set;

/** A server that is spoken to over the transport's pooled connections. It holds nothing of its own. */
final class DirectUpstream extends OriginUpstream {
    private final Destination destination;
    private final Connector connector;
    private final OriginOptions options;

    DirectUpstream(String id, Origin origin, Connector connector, OriginOptions options) {
        super(id, origin);
        this.options = options;
        this.destination = new Destination(origin.scheme(), origin.authority());
        this.connector = connector;
    }

    @Override
    public Set<Capability> capabilities() {
        return DirectTransport.UPSTREAM_CAPABILITIES;
    }

    @Override
    public ConnectCheck connectCheck() {
        return connector;
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws ProxyException, InterruptedException {
        requireAttempt(request, id());
        return OriginCall.send(request, connector, destination, AddressRule.ANY, options);
    }

    /** Closes its idle connections; the transport stays. */
    @Override
    public void close() {
        connector.closeIdle(destination);
    }
}
