package dev.sluice.examples.recipes;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers each request with its own name, the method and the target, and remembers the fields it was
 * sent.
 */
final class Origin implements AutoCloseable {
    private final HttpServer server;
    private final List<com.sun.net.httpserver.Headers> requests = new CopyOnWriteArrayList<>();

    Origin(String name) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.createContext("/", http -> {
            requests.add(http.getRequestHeaders());
            byte[] text = (name + ": " + http.getRequestMethod() + ' ' + http.getRequestURI())
                    .getBytes(StandardCharsets.UTF_8);
            http.sendResponseHeaders(200, text.length);
            http.getResponseBody().write(text);
            http.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<com.sun.net.httpserver.Headers> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
