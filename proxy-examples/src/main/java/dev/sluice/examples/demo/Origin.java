package dev.sluice.examples.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * One origin, in its own process that uses nothing but the JDK. It answers {@code /small}, {@code /large} and {@code
 * /health} until it is killed or its standard input ends. The input ends with the demo, even if the demo is killed.
 */
final class Origin {
    static final int SMALL_BYTES = 1024;
    static final int LARGE_BYTES = 60 * 1024;

    /** The line that says that it listens. */
    static final String READY = "ready";

    private static final int BACKLOG = 1024;
    private static final int THREADS = 16;

    private Origin() {}

    /** Listens at the loopback address. The only argument is the port. */
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        serve(server, "/small", SMALL_BYTES);
        serve(server, "/large", LARGE_BYTES);
        serve(server, "/health", 1);
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        server.start();
        outliveCtrlC();
        System.out.println(READY);
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private static void serve(HttpServer server, String path, int length) {
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) 'x');
        server.createContext(path, http -> answer(http, body));
    }

    private static void answer(HttpExchange http, byte[] body) throws IOException {
        try (http) {
            http.getResponseHeaders().set("Content-Type", "text/plain");
            http.sendResponseHeaders(200, body.length);
            http.getResponseBody().write(body);
        }
    }

    /**
     * A terminal sends Ctrl-C to all processes of the group. The demo needs its origins until the proxy is drained, and
     * a JVM does not end before its shutdown hooks have ended.
     */
    private static void outliveCtrlC() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
