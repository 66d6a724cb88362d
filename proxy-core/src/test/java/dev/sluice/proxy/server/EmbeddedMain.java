package dev.sluice.proxy.server;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.util.function.Consumer;

/** What an application does that has the library in a class loader of its own: serve, and close everything. */
public final class EmbeddedMain implements Consumer<String> {
    @Override
    public void accept(String kind) {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    for (int i = 0; i < 2; i++) {
                        connection.readHead();
                        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere");
                    }
                    connection.readAll();
                });
                DirectTransport own = DirectTransport.builder().build()) {
            ProxyServer.Builder builder = ProxyServer.builder();
            String url = origin.uri().toString();
            switch (kind) {
                case "own" -> builder.transport(own).addRoute("/**", ReverseProxy.to(own.upstream("o", origin.uri())));
                case "shared" ->
                    builder.transport(DirectTransport.shared())
                            .addRoute(
                                    "/**",
                                    ReverseProxy.to(DirectTransport.shared().upstream("o", origin.uri())));
                case "exit" -> builder.closeOnExit(true).addRoute("/**", ReverseProxy.to(url));
                case "upgrade" ->
                    builder.addRoute(Route.path("/**").allowUpgrade("websocket").to(ReverseProxy.to(url)));
                default -> builder.addRoute("/**", ReverseProxy.to(url));
            }
            serve(builder.addFilter((request, next) -> {
                        ProxyResponse response = next.handle(request);
                        return response.toBuilder().header("X-Kind", kind).build();
                    })
                    .build());
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void serve(ProxyServer closed) throws Exception {
        try (ProxyServer server = closed.start();
                RawConnection client = RawConnection.connect(server.address())) {
            for (int i = 0; i < 2; i++) {
                client.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
                String head = client.readHead();
                if (!head.startsWith("HTTP/1.1 200 ") || !client.readExactly(4).equals("here")) {
                    throw new IllegalStateException(head);
                }
            }
        }
    }
}
