package dev.sluice.examples.recipes;

import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Routes that change without a restart: they are in a file, which is read again when you call {@code reload}. Requests
 * in flight keep the routes that they began with, and no connection is closed.
 *
 * <p>If anything is wrong in the file, nothing changes. If your routes lead to a pool, the server does not close it
 * when another table is put into effect: use one pool in both tables, or close the old one yourself.
 */
public final class HotRoutes {
    private HotRoutes() {}

    /** Starts a proxy at {@code port}, 0 for any, with the routes of {@code file}. */
    public static ProxyServer start(int port, Path file) throws IOException {
        ProxyServer server = ProxyServer.builder().port(port).build();
        reload(server, file);
        return server.start();
    }

    /**
     * Uses the routes of {@code file} from now on. Each line is a pattern and a URL, such as {@code /shop/**
     * http://127.0.0.1:9001}. The first line that matches is used.
     *
     * @throws IllegalArgumentException if a line is wrong; the routes stay as they are
     */
    public static void reload(ProxyServer server, Path file) throws IOException {
        List<Route> routes = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length != 2) {
                throw new IllegalArgumentException("a line must be a pattern and a URL: \"" + line + "\"");
            }
            routes.add(Route.path(words[0]).to(words[1]));
        }
        server.routes(Routes.of(routes));
    }

    /** Listens at port 8080 until the input ends; the file is the argument, and is read again at each line of input. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        try (ProxyServer server = start(8080, file)) {
            for (int read = System.in.read(); read >= 0; read = System.in.read()) {
                if (read == '\n') {
                    reload(server, file);
                }
            }
        }
    }
}
