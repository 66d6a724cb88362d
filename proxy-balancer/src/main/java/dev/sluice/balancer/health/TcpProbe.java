package dev.sluice.balancer.health;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.Connector;
import dev.sluice.proxy.connect.Destination;
import java.io.IOException;

/** Opens a connection and closes it: plain, as a handshake is no part of this check. */
record TcpProbe(Connector connector) implements Probe {
    @Override
    public String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException {
        Authority authority = authorityOf(upstream);
        Authority place = new Authority(authority.host(), authority.portOr(upstream.scheme()));
        try {
            connector
                    .open(new Destination("http", place), AddressRule.ANY, scope)
                    .close();
            return "connected";
        } catch (ProxyException failure) {
            Outcome reason = scope.cancelled();
            throw reason == null ? failure : new IOException("not connected in time", failure);
        }
    }

    @Override
    public void requireFor(Upstream upstream) {
        authorityOf(upstream);
    }

    private static Authority authorityOf(Upstream upstream) {
        Authority authority = upstream.authority();
        if (authority == null) {
            throw new IllegalArgumentException(
                    "a TCP health check needs an upstream with host and port: \"" + upstream.id() + "\"");
        }
        return authority;
    }

    @Override
    public String toString() {
        return "TCP connect";
    }
}
