package dev.sluice.lab.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.lab.Table;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;

/**
 * What an entry of the store in memory takes on the heap, beside what the store says, and what a look-up costs: in one JVM
 * and on one thread, with a thousand to a million small entries. Each has eight fields and a body of 100 bytes, and
 * shares no text with another.
 */
final class StoreScenario implements Scenario {
    private static final int[] ENTRIES = {1_000, 100_000, 1_000_000};
    private static final int BODY = 100;

    /** What the store may be wrong about the heap. */
    private static final double TOLERANCE = 0.03;

    private static final int KEYS = 1 << 16;
    private static final int LOOK_UPS = 1 << 21;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Override
    public String title() {
        return "The store in memory: a small entry on the heap, and a look-up";
    }

    @Override
    public Table run(Lab lab) throws IOException {
        Table table = new Table(
                "entries",
                "bytes/entry, said",
                "on the heap",
                "ratio",
                "hit ns",
                "Caffeine ns",
                "miss ns",
                "allocated",
                "errors");
        row(lab, ENTRIES[0]);
        for (int entries : ENTRIES) {
            table.row(row(lab, entries));
        }
        return table;
    }

    private static String[] row(Lab lab, int entries) throws IOException {
        long before = heap();
        CacheStore store = new MemoryStore(8L << 30, 1 << 20);
        for (int i = 0; i < entries; i++) {
            put(store, i);
        }
        double heap = (heap() - before) / (double) entries;
        double said = store.usage().bytes() / (double) entries;
        String[] known = keys(0, entries);
        double hit = median(lab, key -> store.find(key).size(), known, 1);
        double miss = median(lab, key -> store.find(key).size(), keys(entries, entries), 0);
        double caffeine = caffeine(lab, entries, known);
        long allocated = Allocation.bytes();
        nanos(key -> store.find(key).size(), known, 1);
        double each = (Allocation.bytes() - allocated) / (double) LOOK_UPS;
        String error = store.usage().entries() != entries
                ? "entries are missing"
                : each > 1 ? "look-ups allocate" : Math.abs(said / heap - 1) > TOLERANCE ? "counted wrongly" : "";
        if (!error.isEmpty()) {
            lab.invalid(error);
        }
        return new String[] {
            String.format(Locale.ROOT, "%,d", entries),
            Table.number(said),
            Table.number(heap),
            Table.ratio(said, heap),
            Table.number(hit),
            Table.number(caffeine),
            Table.number(miss),
            Table.number(each),
            Lab.validity(error)
        };
    }

    /** The same look-ups in a table of Caffeine with as many keys, and nothing else of what an entry needs. */
    private static double caffeine(Lab lab, int count, String[] known) throws IOException {
        Cache<String, Integer> entries = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(2L * count)
                .build();
        for (int i = 0; i < count; i++) {
            entries.put(key(i), 1);
        }
        return median(lab, key -> entries.getIfPresent(key) == null ? 0 : 1, known, 1);
    }

    private static String[] keys(int from, int count) {
        Random random = new Random(1);
        String[] keys = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            keys[i] = key(from + random.nextInt(count));
        }
        return keys;
    }

    private static double median(Lab lab, LookUp store, String[] keys, int expected) throws IOException {
        double[] rounds = new double[lab.rounds()];
        for (int round = 0; round < rounds.length; round++) {
            rounds[round] = nanos(store, keys, expected);
        }
        return Samples.median(rounds);
    }

    /** The time of the processor for a look-up that finds so many responses. */
    private static double nanos(LookUp store, String[] keys, int expected) throws IOException {
        long begin = THREADS.getCurrentThreadCpuTime();
        int found = 0;
        for (int i = 0; i < LOOK_UPS; i++) {
            found += store.find(keys[i & KEYS - 1]);
        }
        long nanos = THREADS.getCurrentThreadCpuTime() - begin;
        if (found != expected * LOOK_UPS) {
            throw new IllegalStateException(found + " of " + LOOK_UPS + " look-ups have found something");
        }
        return nanos / (double) LOOK_UPS;
    }

    private static void put(CacheStore store, int number) throws IOException {
        Headers fields = Headers.of(
                own("Content-Type"),
                own("text/html; charset=utf-8"),
                own("Content-Length"),
                own("100"),
                own("Date"),
                own("Sun, 29 Nov 2026 14:00:00 GMT"),
                own("Last-Modified"),
                own("Sat, 28 Nov 2026 14:00:00 GMT"),
                own("ETag"),
                own("\"5f2b1c-" + number + '"'),
                own("Cache-Control"),
                own("public, max-age=3600"),
                own("Vary"),
                own("Accept-Encoding"),
                own("Server"),
                own("nginx"));
        StoredHead head = StoredHead.builder(key(number), 200)
                .headers(fields)
                .origin(new StoredHead.Origin("http", null, ""))
                .requestAt(Instant.ofEpochMilli(number))
                .responseAt(Instant.ofEpochMilli(number + 1L))
                .build();
        try (Writing writing = store.write(head, BODY)) {
            if (writing != null && writing.append(new byte[BODY], 0, BODY)) {
                writing.commit(head);
            }
        }
    }

    private static String key(int number) {
        return "https://shop.example/articles/" + (100_000_000 + number) + "?colour=green";
    }

    /** A text as it comes from a connection. */
    private static String own(String text) {
        return new String(text.toCharArray());
    }

    /** Asks for a key, and returns how many responses there are. */
    private interface LookUp {
        int find(String key) throws IOException;
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
