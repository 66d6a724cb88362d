package dev.sluice.balancer.health;

import dev.sluice.proxy.transport.direct.Connector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a check over TCP or TLS: a connection is opened, and closed again. Begun by {@link HealthCheck#tcp} and {@link
 * HealthCheck#tls}. For one thread.
 */
public final class TcpCheck extends HealthCheck.Builder<TcpCheck> {
    private final boolean tls;
    private @Nullable Connector connector;

    TcpCheck(boolean tls) {
        this.tls = tls;
    }

    @Override
    TcpCheck self() {
        return this;
    }

    /**
     * Sets what opens the connections, such as one with a resolver or a trust of its own. By default it is what opens
     * the member's connections, where it goes over a direct transport, else one with its defaults.
     */
    public TcpCheck connector(Connector connector) {
        this.connector = Objects.requireNonNull(connector, "connector");
        return this;
    }

    @Override
    Probe probe(int port) {
        return new ConnectProbe(connector, new ProbePlace(port, null), tls);
    }
}
