package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.time.TimeSource;

/** Two proxies that share a cache: what one has fetched, the other has too. */
public final class SharedCache {
    private SharedCache() {}

    /**
     * Starts a proxy at {@code port}, 0 for any. It stores up to 1 GB in the grid, responses of up to 50 MB, and keeps 100 MB
     * in its own memory.
     */
    public static ProxyServer start(int port, String origin, Grid grid) {
        GridStore.Bounds bounds = new GridStore.Bounds(1_000_000_000, 50_000_000, 100_000_000);
        Cache cache = Cache.builder()
                .store(new GridStore(grid, bounds, TimeSource.system()))
                .build();
        return ProxyServer.builder()
                .port(port)
                .addRoute(Route.any().cache(cache).to(origin))
                .closeOnExit(true)
                .build()
                .start();
    }

    /** Listens at the ports 8080 and 8081 in front of a server at port 9000, until the process is told to end. */
    public static void main(String[] args) {
        Grid grid = new LocalGrid(TimeSource.system());
        for (int port : new int[] {8080, 8081}) {
            System.out.println(
                    "listening at " + start(port, "http://127.0.0.1:9000", grid).uri());
        }
    }
}
