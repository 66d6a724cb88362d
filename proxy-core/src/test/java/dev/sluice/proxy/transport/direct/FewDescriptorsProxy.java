package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;

/** A server that prints its port, and ends with its input. */
final class FewDescriptorsProxy {
    private FewDescriptorsProxy() {}

    public static void main(String[] none) throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                .build()
                .start()) {
            System.out.println(server.address().getPort());
            while (System.in.read() >= 0) {
                // The input has no content; only its end matters.
            }
        }
    }
}
