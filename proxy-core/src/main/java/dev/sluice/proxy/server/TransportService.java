package dev.sluice.proxy.server;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.transport.Service;
import dev.sluice.proxy.transport.Transport;
import java.util.Set;

/**
 * A pipeline behind a listener, which leaves in each exchange the transport that it came by: upstreams of none go the
 * same way.
 */
record TransportService(Service pipeline, Transport transport) implements Service {
    @Override
    public Limits limits() {
        return pipeline.limits();
    }

    @Override
    public Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim) {
        Exchange exchange = pipeline.begin(client, capabilities, interim);
        exchange.put(Transport.class, transport);
        return exchange;
    }

    @Override
    public ProxyResponse serve(ProxyRequest request) {
        return pipeline.serve(request);
    }

    @Override
    public ProxyResponse refuse(Exchange exchange, ProxyException why) {
        return pipeline.refuse(exchange, why);
    }
}
