package dev.sluice.examples.recipes;

import dev.sluice.proxy.server.ProxyServer;

/** The smallest reverse proxy: everything goes to one server. {@code X-Forwarded-For} tells it the client's address. */
public final class FiveLineReverseProxy {
    private FiveLineReverseProxy() {}

    /** Starts a proxy at {@code port}, 0 for any, to the server at {@code origin}. */
    public static ProxyServer start(int port, String origin) {
        return ProxyServer.builder().port(port).addRoute("/**", origin).build().start();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9000");
    }
}
