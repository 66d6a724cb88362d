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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The proxies between clients and origin: one for HTTP/1.1. For HTTP/2 three, one behind the other, as clients and origin speak
 * HTTP/1.1: what they break off is a reset of a stream between them.
 */
final class Chain implements AutoCloseable {
    /** Nobody waits for longer, so that a soak meets many failures. */
    static final Timeouts IMPATIENT = Timeouts.builder()
            .head(Duration.ofSeconds(1))
            .idle(Duration.ofSeconds(1))
            .tunnel(Duration.ofSeconds(1))
            .build();

    private final Timeouts timeouts;
    private final List<DirectTransport> transports = new ArrayList<>();
    private final List<Upstream> upstreams = new ArrayList<>();
    private final List<ProxyServer> servers = new CopyOnWriteArrayList<>();
    private final List<ProxyServer> ended = new CopyOnWriteArrayList<>();

    Chain(String origin, boolean http2, Timeouts timeouts) {
        this.timeouts = timeouts;
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
        upstreams.add(transport.upstream("next", URI.create(next), options));
        servers.add(server(servers.size(), 0));
        return servers.get(servers.size() - 1).uri().toString();
    }

    private ProxyServer server(int at, int port) {
        return ProxyServer.builder()
                .port(port)
                .transport(transports.get(at))
                .timeouts(timeouts)
                .drain(Duration.ofSeconds(1))
                // All requests come from one address.
                .limits(Limits.builder().clientShare(1).build())
                .addRoute(Route.any().allowUpgrade("echo").to(ReverseProxy.to(upstreams.get(at))))
                .build()
                .start();
    }

    /** Ends the server in the middle, which tells the one before it to go away (GOAWAY), and starts it anew at its port. */
    void restart() {
        int middle = servers.size() / 2;
        ProxyServer old = servers.get(middle);
        int port = old.address().getPort();
        old.close();
        ended.add(old);
        servers.set(middle, server(middle, port));
    }

    /** Where clients ask. */
    InetSocketAddress address() {
        return servers.get(servers.size() - 1).address();
    }

    long inFlight() {
        return Stream.concat(servers.stream(), ended.stream())
                .mapToLong(each -> each.pipeline().inFlight())
                .sum();
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
