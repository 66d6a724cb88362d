package dev.sluice.examples.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** A grid, its stores, and proxies that share it. */
abstract class GridFixture {
    static final String KEY = "http://shop.test/a";
    static final GridStore.Bounds BOUNDS = new GridStore.Bounds(50_000_000, 5_000_000, 1_000_000);

    /** The clock of the grid and of all stores; that of the proxies and their caches is real. */
    final ManualTime time = new ManualTime();

    final LocalGrid grid = new LocalGrid(time);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void closesAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    final <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    final GridStore store() {
        return closing(new GridStore(grid, BOUNDS, time));
    }

    /** A proxy with a store of its own. */
    record Proxy(ProxyServer server, Cache cache) implements AutoCloseable {
        /** The whole response to a GET of the shop. It is stored when this returns. */
        String get(String path) throws IOException {
            try (RawConnection connection = RawConnection.connect(server.address())) {
                connection.write("GET " + path + " HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
                String response = connection.readAll();
                await("the response is stored", () -> cache.snapshot().fills() == 0);
                return response;
            }
        }

        boolean isHit(String path) throws IOException {
            String response = get(path);
            if (!response.startsWith("HTTP/1.1 200 ")) {
                throw new AssertionError(response);
            }
            return response.contains("\r\nAge: ");
        }

        @Override
        public void close() {
            server.close();
            cache.close();
        }
    }

    /** A running proxy in front of an origin. */
    final Proxy proxy(String origin) {
        Cache cache = Cache.builder()
                .store(new GridStore(grid, BOUNDS, time))
                .time(time)
                .build();
        ProxyServer server = ProxyServer.builder()
                .addRoute(Route.any().cache(cache).to(origin))
                .build();
        return closing(new Proxy(server.start(), cache));
    }

    /** Ends the time for which the grid is left alone after a failure. */
    final void rested() {
        time.advance(Duration.ofSeconds(1));
    }

    /** Checks the condition repeatedly until it is true, for at most 20 s. */
    static void await(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as(what).isLessThan(TimeUnit.SECONDS.toNanos(20));
            Thread.onSpinWait();
        }
    }
}
