package dev.sluice.proxy.server;

import dev.sluice.proxy.reverse.ReverseProxy;

/**
 * A proxy in a separate JVM with little memory. {@link LargeBodyTest} starts it, and it ends with its standard input.
 */
final class LargeBodyProxy {
    private LargeBodyProxy() {}

    public static void main(String[] origin) throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                .addRoute("/**", ReverseProxy.to(origin[0]))
                .build()
                .start()) {
            System.out.println(server.address().getPort());
            while (System.in.read() >= 0) {
                // The input has no content; only its end matters.
            }
        }
    }
}
