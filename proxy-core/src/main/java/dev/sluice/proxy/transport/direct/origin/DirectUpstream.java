package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Pools;
import dev.sluice.proxy.origin.ConnectCheck;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.origin.OriginUpstream;
import java.util.Set;

/** A server behind the transport's pooled connections. It holds no resources itself. */
public final class DirectUpstream extends OriginUpstream {
    /** The most that an upstream can do; a connection may do less, which is known when there is one. */
    public static final Set<Capability> CAPABILITIES = Http1Stream.CAPABILITIES;

    private final Destination destination;
    private final Pools pools;
    private final OriginStreams streams;

    /** A server at this place. */
    public DirectUpstream(String id, Origin origin, Pools pools, OriginStreams streams) {
        super(id, origin);
        this.destination = new Destination(origin.scheme(), origin.authority());
        this.pools = pools;
        this.streams = streams;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public ConnectCheck connectCheck() {
        return pools;
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws ProxyException, InterruptedException {
        requireAttempt(request, id());
        return OriginCall.send(request, streams, destination, AddressRule.ANY);
    }

    /** Closes its idle connections; the transport stays. */
    @Override
    public void close() {
        pools.closeIdle(destination);
    }
}
