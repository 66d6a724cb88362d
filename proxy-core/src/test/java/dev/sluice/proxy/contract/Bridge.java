package dev.sluice.proxy.contract;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

/**
 * A second proxy between a client or an origin that speaks HTTP/1.1 and the tested one, which speaks HTTP/2 on that side. It
 * changes nothing but the version. So the cases, which are written in HTTP/1.1, hold for HTTP/2 too.
 */
final class Bridge implements AutoCloseable {
    private final DirectTransport transport = transport();
    private final ProxyServer server;

    private Bridge(boolean toHttp2, URI next) throws IOException {
        Upstream upstream = toHttp2 ? upstream(transport, next) : transport.upstream("next", next);
        ReverseProxy proxy = ReverseProxy.builder(upstream)
                .via(Via.OFF)
                .forwarding(Forwarding.OFF)
                .originMask(OriginMask.OFF)
                .preserveHost(true)
                .build();
        this.server = ProxyServer.builder()
                .transport(transport)
                .addRoute(
                        Route.any().allowTrailers("x-sum").allowUpgrade("echo").to(proxy))
                .build()
                .start();
    }

    /** What takes HTTP/1.1 and asks in HTTP/2. */
    static Bridge toHttp2(URI next) throws IOException {
        return new Bridge(true, next);
    }

    /** What takes HTTP/2 and asks in HTTP/1.1. */
    static Bridge toHttp1(URI next) throws IOException {
        return new Bridge(false, next);
    }

    /** A transport whose listeners take HTTP/2 without TLS. */
    static DirectTransport transport() {
        return DirectTransport.builder()
                .http2(Http2.builder().priorKnowledge(true).build())
                .build();
    }

    /** An upstream that speaks HTTP/2 without TLS. */
    static Upstream upstream(DirectTransport transport, URI origin) {
        return transport.upstream(
                "origin",
                origin,
                DirectTransport.OriginOptions.builder().http2(true).build());
    }

    InetSocketAddress address() {
        return server.address();
    }

    URI uri() {
        return server.uri();
    }

    @Override
    public void close() {
        server.close(Duration.ZERO);
        transport.close();
    }
}
