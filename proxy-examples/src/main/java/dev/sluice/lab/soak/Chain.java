package dev.sluice.lab.soak;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The proxies between clients and origin: one for HTTP/1.1. For HTTP/2 three, one behind the other, as clients and origin speak
 * HTTP/1.1: what they break off is a reset of a stream between them.
 */
final class Chain implements AutoCloseable {
    private final List<DirectTransport> transports = new ArrayList<>();
    private final List<ProxyServer> servers = new ArrayList<>();

    Chain(String origin, boolean http2) {
        String next = origin;
        for (int i = 0; i < (http2 ? 3 : 1); i++) {
            // The last proxy is made first, and alone speaks HTTP/1.1 to the origin.
            next = add(next, http2 && i > 0);
        }
    }

    private String add(String next, boolean overHttp2) {
        // Connections of HTTP/2 stay open between the requests, and must end in time.
        ConnectionLimits limits =
                ConnectionLimits.builder().idleTimeout(Duration.ofSeconds(2)).build();
        DirectTransport transport = DirectTransport.builder()
                .http2(Http2.builder().priorKnowledge(true).build())
                .connector(Connector.builder().limits(limits).build())
                .build();
        transports.add(transport);
        DirectTransport.OriginOptions options =
                DirectTransport.OriginOptions.builder().http2(overHttp2).build();
        Upstream upstream = transport.upstream("next", URI.create(next), options);
        Timeouts impatient = Timeouts.builder()
                .head(Duration.ofSeconds(1))
                .idle(Duration.ofSeconds(1))
                .tunnel(Duration.ofSeconds(1))
                .build();
        ProxyServer server = ProxyServer.builder()
                .transport(transport)
                .timeouts(impatient)
                // All requests come from one address.
                .limits(Limits.builder().clientShare(1).build())
                .addRoute(Route.any().allowUpgrade("echo").to(ReverseProxy.to(upstream)))
                .build()
                .start();
        servers.add(server);
        return server.uri().toString();
    }

    /** Where clients ask. */
    InetSocketAddress address() {
        return servers.get(servers.size() - 1).address();
    }

    long inFlight() {
        return servers.stream().mapToLong(each -> each.pipeline().inFlight()).sum();
    }

    /** Connections to the next server that are not idle in a pool. */
    long inUse() {
        return connections().stream()
                .mapToLong(each -> each.active() + each.unpooled() + each.waiting())
                .sum();
    }

    List<ConnectionStatistics> connections() {
        return transports.stream().map(DirectTransport::connections).toList();
    }

    @Override
    public void close() {
        for (int i = servers.size() - 1; i >= 0; i--) {
            servers.get(i).close();
            transports.get(i).close();
        }
    }
}
