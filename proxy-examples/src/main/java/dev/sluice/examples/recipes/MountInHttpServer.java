package dev.sluice.examples.recipes;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A proxy below one path of an existing {@code HttpServer} of your application. */
public final class MountInHttpServer {
    private MountInHttpServer() {}

    /** Adds {@code /api} to {@code server}: its requests go to {@code origin}, without that prefix. */
    public static void mount(HttpServer server, String origin) {
        Pipeline pipeline = Pipeline.builder()
                .addRoute(Route.path("/api/**").stripPrefix("/api").to(origin))
                .build();
        server.createContext("/api", JdkTransport.httpHandler(pipeline));
    }

    /** Starts the application: a server at {@code port}, 0 for any, with its own page and the proxy beside it. */
    public static HttpServer start(int port, String origin) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/hello", http -> {
            byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
            http.sendResponseHeaders(200, hello.length);
            http.getResponseBody().write(hello);
            http.close();
        });
        mount(server, origin);
        // Without an executor the server has one thread, and a slow exchange would keep all others waiting.
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        return server;
    }

    /** Listens at port 8080 in front of a server at port 9000, until the process ends. */
    public static void main(String[] args) throws IOException {
        start(8080, "http://127.0.0.1:9000");
    }
}
