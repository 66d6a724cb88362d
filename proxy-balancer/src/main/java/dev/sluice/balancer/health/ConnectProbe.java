package dev.sluice.balancer.health;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.Around;
import dev.sluice.proxy.origin.ConnectCheck;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.transport.direct.Connector;
import java.io.IOException;
import java.net.URI;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens a connection, does the TLS handshake if that is part of the check, and closes it.
 *
 * @param check what opens the connection, or null for what opens the member's
 * @param tls whether there is a handshake; the settings of the connector decide how the certificate's name is checked
 */
record ConnectProbe(@Nullable ConnectCheck check, ProbePlace place, boolean tls) implements Probe {
    /** The member itself, or one of the transport where nothing is known of the member. */
    @Override
    public Upstream target(Upstream member, Function<URI, Upstream> connect) {
        boolean known = check != null || Around.innermost(member) instanceof OriginUpstream;
        return known ? member : connect.apply(place.uri(member, name()));
    }

    @Override
    public String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException {
        URI destination = URI.create((tls ? "https://" : "http://") + place.authority(upstream, name()));
        try {
            check(upstream).check(destination, scope);
            return tls ? "handshake completed" : "connected";
        } catch (ProxyException failure) {
            Outcome reason = scope.cancelled();
            throw reason == null ? failure : new IOException("not connected in time", failure);
        }
    }

    private ConnectCheck check(Upstream upstream) {
        if (check != null) {
            return check;
        }
        ConnectCheck own = OriginUpstream.connectCheckOf(upstream);
        return own == null ? Shared.CONNECTOR::check : own;
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

    /** Made when first needed. Probes open connections that are never pooled, so there is nothing in it to close. */
    private static final class Shared {
        private static final Connector CONNECTOR = Connector.builder().build();
    }
}
