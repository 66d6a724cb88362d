package dev.sluice.examples.recipes;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;

/**
 * A proxy behind a load balancer that forwards TCP connections and tells the client's address in a PROXY header. The
 * server gets the client's address in {@code X-Forwarded-For}, and the access log shows it.
 *
 * <p>Name only the addresses of the load balancers: a named peer can claim to be any client. Each connection from there
 * must begin with the header, version 1 or 2, or it is closed; a health check of the balancer must send it too.
 */
public final class ProxyProtocolFromBalancer {
    private ProxyProtocolFromBalancer() {}

    /**
     * Starts a proxy at {@code port}, 0 for any, to the server at {@code origin}.
     *
     * @param balancers the block of addresses of the load balancers, such as {@code 10.0.0.0/24}
     */
    public static ProxyServer start(int port, String balancers, String origin) {
        DirectTransport transport =
                DirectTransport.builder().addProxyProtocolPeers(balancers).build();
        return ProxyServer.builder()
                .port(port)
                .transport(transport)
                .addRoute("/**", origin)
                .addCloseable(transport)
                .build()
                .start();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends; the block is the argument. */
    public static void main(String[] args) {
        start(8080, args[0], "http://127.0.0.1:9000");
    }
}
