package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.connect.pool.Pools;
import dev.sluice.proxy.origin.OriginUpstream;
import java.util.Set;

/**
 * An upstream that goes where each request says: to the authority of its target, and with a CONNECT through a tunnel.
 */
public record AnywhereUpstream(String id, Pools pools, OriginStreams streams, AddressRule rule) implements Upstream {
    @Override
    public Set<Capability> capabilities() {
        return DirectUpstream.CAPABILITIES;
    }

    @Override
    public ProxyResponse send(ProxyRequest request) throws ProxyException, InterruptedException {
        OriginUpstream.requireAttempt(request, id);
        RequestTarget target = request.target();
        Authority authority = target.authority();
        if (authority == null) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "the request names no host");
        }
        if (target.form() == RequestTarget.Form.AUTHORITY) {
            return connect(request, new Destination("http", authority, true));
        }
        ProxyRequest outgoing = request.toBuilder()
                .target(target.at(target.scheme(), authority))
                .build();
        return OriginCall.send(outgoing, streams, new Destination(target.scheme(), authority, true), rule);
    }

    /** RFC 9110 §9.3.6: only a connection to the host is asked for. */
    private ProxyResponse connect(ProxyRequest request, Destination destination)
            throws ProxyException, InterruptedException {
        Connection connection = pools.open(destination, rule, request.exchange());
        return ProxyResponse.builder(200)
                .tunnel(new OriginTunnel(connection, "connect").within(request.exchange()))
                .build();
    }
}
