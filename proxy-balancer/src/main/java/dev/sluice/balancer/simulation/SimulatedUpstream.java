package dev.sluice.balancer.simulation;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;

/** The upstream that the pool sees. Only probes are sent through it: requests go to the server itself. */
record SimulatedUpstream(SimulatedServer server) implements Upstream {
    @Override
    public String id() {
        return server.id();
    }

    @Override
    public ProxyResponse send(ProxyRequest probe) throws ProxyException {
        server.probe();
        return ProxyResponse.of(200);
    }
}
