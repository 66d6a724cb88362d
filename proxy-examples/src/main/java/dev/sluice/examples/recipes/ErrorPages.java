package dev.sluice.examples.recipes;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;

/**
 * Error pages in the look of your own site, for failures between proxy and server, and one field that every response
 * has, from any source.
 *
 * <p>What the server itself answers is not touched, also if it is a 500. Do not show the exception's message to clients:
 * it may name servers.
 */
public final class ErrorPages {
    private ErrorPages() {}

    /** Starts a proxy at {@code port}, 0 for any, to the server at {@code origin}. */
    public static ProxyServer start(int port, String origin) {
        return ProxyServer.builder()
                .port(port)
                .addRoute("/**", origin)
                // Failures of the server or of the way to it; null leaves the others to the standard page.
                .onError((request, why) -> why.status() < 500 ? null : page(why.status()))
                // Also for what never became a request, such as one with a malformed head.
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
