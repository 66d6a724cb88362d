package dev.sluice.balancer.health;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.Connector;
import dev.sluice.proxy.connect.Destination;
import java.io.IOException;

/**
 * Opens a connection, does the TLS handshake where that is part of the check, and closes it.
 *
 * @param tls whether there is a handshake, in which the certificate's name is checked as the connector's settings say
 */
record ConnectProbe(Connector connector, ProbePlace place, boolean tls) implements Probe {
    @Override
    public String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException {
        Destination destination = new Destination(tls ? "https" : "http", place.authority(upstream, name()));
        try {
            connector.open(destination, AddressRule.ANY, scope).close();
            return tls ? "handshake completed" : "connected";
        } catch (ProxyException failure) {
            Outcome reason = scope.cancelled();
            throw reason == null ? failure : new IOException("not connected in time", failure);
        }
    }

    @Override
    public void requireFor(Upstream upstream) {
        place.authority(upstream, name());
    }

    private String name() {
        return tls ? "a TLS health check" : "a TCP health check";
    }

    @Override
    public String toString() {
        return (tls ? "TLS handshake" : "TCP connect") + (place.own() ? " at port " + place.port() : "");
    }
}
