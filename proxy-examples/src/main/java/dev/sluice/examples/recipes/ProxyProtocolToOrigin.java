package dev.sluice.examples.recipes;

import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;

/**
 * Tells the client's address to a server that expects the PROXY protocol: each connection to it begins with a PROXY
 * header.
 *
 * <p>The server must be set up to expect the header (nginx: {@code listen … proxy_protocol}), otherwise it answers each
 * request with 400. Each request uses a new connection, because the next request may come from another client. If the
 * server can read {@code X-Forwarded-For}, you do not need this.
 */
public final class ProxyProtocolToOrigin {
    private ProxyProtocolToOrigin() {}

    /** Starts a proxy at {@code port}, 0 for any, to the server at {@code origin}. */
    public static ProxyServer start(int port, String origin) {
        DirectTransport transport = DirectTransport.builder()
                .connector(Connector.builder().proxyProtocol(ProxyProtocol.V1).build())
                .build();
        return ProxyServer.builder()
                .port(port)
                .transport(transport)
                .addRoute("/**", origin)
                .addCloseable(transport)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9000");
    }
}
