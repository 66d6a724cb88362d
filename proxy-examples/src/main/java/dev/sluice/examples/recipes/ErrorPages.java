package dev.sluice.examples.recipes;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;

/**
 * Error pages in the design of your own site, for failures between proxy and server. In addition, every response gets
 * one field, wherever it comes from.
 *
 * <p>The server's own answers are not changed, not even a 500. Do not show the exception's message to clients: it may
 * name servers.
 */
public final class ErrorPages {
    private ErrorPages() {}

    /** Starts a proxy at {@code port}, 0 for any, to the server at {@code origin}. */
    public static ProxyServer start(int port, String origin) {
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", origin)
                // Only for failures of the server or of the connection to it; null keeps the standard page for the
                // others.
                .onError((request, why) -> why.status() < 500 ? null : page(why.status()))
                // This also covers a message that is not a valid request, such as one with a malformed head.
                .onResponse((exchange, response) -> response.toBuilder()
                        .header("X-Content-Type-Options", "nosniff")
                        .build())
                .build()
                .start();
    }

    private static ProxyResponse page(int status) {
        return ProxyResponse.builder(status)
                .addHeader("Content-Type", "text/html; charset=utf-8")
                .addHeader("Cache-Control", "no-store")
                .body(Body.of("<!doctype html><title>Sorry</title><h1>We will be back soon</h1>"))
                .build();
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9000");
    }
}
