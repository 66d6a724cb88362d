package dev.sluice.proxy.server;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A program that starts a server, prints its port, and returns from main. A byte on its input closes the server. */
final class ProcessMain {
    private ProcessMain() {}

    public static void main(String[] kinds) {
        ProxyServer.Builder builder = ProxyServer.builder();
        List.of(kinds).forEach(kind -> option(builder, kind));
        ProxyServer server = builder.addRoute("/slow", request -> {
                    System.out.println("slow");
                    request.body().readAll(10);
                    return ProxyResponse.of(200, "here");
                })
                .addRoute("/**", request -> ProxyResponse.of(200, "here"))
                .build()
                .start();
        if (List.of(kinds).contains("hook")) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        }
        Thread closer = new Thread(() -> closeOnInput(server));
        closer.setDaemon(true);
        closer.start();
        System.out.println(server.address().getPort());
    }

    private static void option(ProxyServer.Builder server, String kind) {
        switch (kind) {
            case "jdk" -> server.transport(JdkTransport.shared());
            case "direct" -> server.transport(DirectTransport.shared());
            case "upgrade" ->
                server.addRoute(
                        Route.path("/chat/**").allowUpgrade("websocket").to(ReverseProxy.to("http://127.0.0.1:9")));
            case "forward" -> server.forward(ForwardProxy.builder().build());
            case "daemon" -> server.daemon(true);
            case "exit" -> server.closeOnExit(true);
            default -> {
                // No option is set.
            }
        }
    }

    private static void closeOnInput(ProxyServer server) {
        try {
            if (System.in.read() >= 0) {
                server.close();
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
