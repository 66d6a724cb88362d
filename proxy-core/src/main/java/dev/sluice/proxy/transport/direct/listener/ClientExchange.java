package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.scope.ListenedAt;
import dev.sluice.proxy.scope.ServedHosts;
import dev.sluice.proxy.spi.ClientCall;
import dev.sluice.proxy.wire.TlsWire;
import dev.sluice.proxy.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * What one request and its response are to a client's connection, whatever its version of HTTP: facts of the connection, a
 * body that is being read, and a tunnel.
 */
abstract class ClientExchange implements ClientCall {
    final ListenerState listener;

    /** The request's, once it is known that there is one. */
    volatile @Nullable RequestBody body;

    private volatile @Nullable Relay relay;
    private boolean countsAsTunnel;

    ClientExchange(ListenerState listener) {
        this.listener = listener;
    }

    /** Notes for which hosts the connection is, and where it was accepted if its client names another place. */
    static void note(Exchange scope, Wire connection) {
        if (connection instanceof TlsWire tls) {
            scope.put(ServedHosts.class, tls::serves);
        }
        if (!connection.local().equals(scope.client().local())) {
            scope.put(ListenedAt.class, new ListenedAt(connection.local()));
        }
    }

    /** Takes one of the places of tunnels, which {@link #endTunnel} gives back. */
    void takeTunnel() throws ProxyException {
        listener.tunnels().begin();
        countsAsTunnel = true;
    }

    /** The exchange is over. */
    void endTunnel() {
        if (countsAsTunnel) {
            listener.tunnels().end();
        }
    }

    /** Carries bytes in both directions until the tunnel is over; returns how it ended. */
    Outcome relay(Wire wire, InputBuffer input, Tunnel tunnel, Exchange scope) {
        Relay open = new Relay(listener.watch(), wire, input, tunnel, scope);
        relay = open;
        if (listener.draining()) {
            // The drain may have begun before there was a relay to be told.
            open.goAway();
        }
        return open.run();
    }

    /** The tunnel, once there is one. */
    @Nullable
    Relay relay() {
        return relay;
    }

    /** The listener drains: a tunnel is told. Never blocks. */
    void drain() {
        Relay open = relay;
        if (open != null) {
            open.goAway();
        }
    }

    @Override
    public boolean stopReading(Outcome why) {
        RequestBody request = body;
        if (request != null && !request.ended()) {
            request.stop(new ProxyException(why, Delivery.SENT_UNKNOWN, "cancelled: " + why));
        }
        return true;
    }
}
