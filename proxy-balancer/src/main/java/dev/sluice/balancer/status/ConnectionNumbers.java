package dev.sluice.balancer.status;

import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.internal.Json;
import dev.sluice.proxy.spi.ListenerStatistics;

/** The numbers of connections by their names on the page. */
final class ConnectionNumbers {
    private ConnectionNumbers() {}

    /** Those to origins. */
    static Json of(ConnectionStatistics now) {
        return new Json()
                .number("active", now.active())
                .number("idle", now.idle())
                .number("unpooled", now.unpooled())
                .number("waiting", now.waiting())
                .number("opened", now.opened())
                .number("reused", now.reused())
                .number("failed", now.failed())
                .number("turned away", now.turnedAway())
                .number("closed", now.closed());
    }

    /** Those of clients. */
    static Json of(ListenerStatistics now) {
        return new Json()
                .number("active", now.active())
                .number("idle", now.idle())
                .number("half read", now.halfRead())
                .number("streams", now.streams())
                .number("tunnels", now.tunnels())
                .number("opened", now.opened())
                .number("closed", now.closed())
                .number("refused", now.refused())
                .number("handshakes", now.handshakes())
                .number("handshakes failed", now.handshakesFailed());
    }
}
