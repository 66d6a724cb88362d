package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How long a purge of a tag takes that 100,000 responses have, in memory and on a disk, and whether the requests after it
 * still get what was stored: in one JVM. A row is not valid if a purge takes more than 10 ms, or one of them does.
 */
final class PurgeScenario implements Scenario {
    private static final int ENTRIES = 100_000;
    private static final int ASKED = 1_000;
    private static final double LONGEST_MILLIS = 10;
    private static final long ROOM = 1L << 30;
    private static final byte[] BODY = new byte[1_000];

    @Override
    public String title() {
        return "A purge of a tag that 100,000 responses have";
    }

    @Override
    public Table run(Lab lab) throws IOException {
        Table table = new Table("store", "purge", "ms", "hits of 1,000 before", "after", "errors");
        try (Cache cache = Cache.memory(ROOM)) {
            measure(lab, table, "memory", cache);
        }
        Path folder = Files.createTempDirectory("sluice-bench-purge");
        try (Cache cache = Cache.disk(folder, ROOM)) {
            measure(lab, table, "disk", cache);
        } finally {
            Folders.delete(folder);
        }
        return table;
    }

    private static void measure(Lab lab, Table table, String name, Cache cache) throws IOException {
        try (ProxyServer server = ProxyServer.builder()
                        .addRoute("/**", PurgeScenario::answer)
                        .build()
                        .start();
                ProxyServer proxy = ProxyServer.builder()
                        .addRoute(Route.path("/**")
                                .cache(cache)
                                .to("http://127.0.0.1:" + server.address().getPort()))
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(proxy.address())) {
            ask(client, ENTRIES, 1);
            purge(lab, table, name, cache, client, true);
            ask(client, ENTRIES, 1);
            purge(lab, table, name, cache, client, false);
        }
    }

    private static ProxyResponse answer(ProxyRequest request) {
        return ProxyResponse.builder(200)
                .addHeader("Cache-Control", "max-age=3600")
                .addHeader("Surrogate-Key", "product")
                .body(Body.of(BODY))
                .build();
    }

    private static void purge(Lab lab, Table table, String name, Cache cache, RawConnection client, boolean soft)
            throws IOException {
        long before = hits(cache, client);
        long begin = System.nanoTime();
        if (soft) {
            cache.purgeTagSoftly("product");
        } else {
            cache.purgeTag("product");
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        long after = hits(cache, client);
        String error = before != ASKED
                ? "they were not stored"
                : after > 0 ? "stored responses after the purge" : millis > LONGEST_MILLIS ? "too slow" : "";
        if (!error.isEmpty()) {
            lab.invalid(name + ": " + error);
        }
        table.row(
                name,
                soft ? "soft" : "hard",
                String.format(Locale.ROOT, "%.3f", millis),
                String.valueOf(before),
                String.valueOf(after),
                Lab.validity(error));
    }

    /** How many requests for some of the responses are hits. */
    private static long hits(Cache cache, RawConnection client) throws IOException {
        long before = cache.snapshot().hits();
        ask(client, ASKED, ENTRIES / ASKED);
        return cache.snapshot().hits() - before;
    }

    private static void ask(RawConnection client, int count, int step) throws IOException {
        for (int i = 0; i < count; i++) {
            client.write("GET /" + i * step + " HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            client.readHead();
            client.readExactly(BODY.length);
        }
    }
}
