package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The share of requests that are hits: of the store on a disk, of an LRU, and of Caffeine, with room for the same number of
 * responses. Shorter than {@link HitRatioScenario}, as each miss writes a file. A row is not valid if the store is two
 * points below the LRU.
 */
final class DiskHitRatioScenario implements Scenario {
    private static final int THINGS = 10_000;
    private static final int REQUESTS = 100_000;

    /** With its head it takes one block of the disk. */
    private static final int BODY = 1_000;

    private static final int BLOCK = 4_096;
    private static final double POINTS = 2;

    private final Table table = new Table("trace", "room", "Sluice %", "LRU %", "Caffeine %", "errors");

    @Override
    public String title() {
        return "Hit ratio of the store on a disk";
    }

    @Override
    public Table run(Lab lab) throws IOException {
        int[] popular = Traces.zipf(THINGS, 0.9, REQUESTS);
        for (int percent : new int[] {1, 5, 20}) {
            measure(lab, "Zipf 0.9", popular, percent);
        }
        for (int percent : new int[] {1, 5}) {
            int[] scans = Traces.withScans(popular, 5_000, THINGS * percent / 50, THINGS);
            measure(lab, "Zipf 0.9, scans of twice the room", scans, percent);
        }
        measure(lab, "Zipf 0.9, popularity moves", Traces.shifting(popular, 5_000, 50, THINGS), 5);
        return table;
    }

    private void measure(Lab lab, String name, int[] trace, int percent) throws IOException {
        long room = (long) THINGS * BLOCK / 100 * percent;
        double ours = onDisk(room, trace);
        double lru = percentOfHits(TracedCache.lru(room, BLOCK - BODY), trace);
        double caffeine = percentOfHits(TracedCache.caffeine(room, BLOCK - BODY), trace);
        String error = ours < lru - POINTS ? "more than two points below an LRU" : "";
        if (!error.isEmpty()) {
            lab.invalid(name + ": " + error);
        }
        table.row(name, percent + " %", one(ours), one(lru), one(caffeine), Lab.validity(error));
    }

    private static double onDisk(long room, int[] trace) throws IOException {
        Path folder = Files.createTempDirectory("sluice-bench-hits");
        try (DiskStore store = new DiskStore(folder, room, room, TimeSource.system())) {
            return percentOfHits(TracedCache.disk(store), trace);
        } finally {
            Folders.delete(folder);
        }
    }

    private static double percentOfHits(TracedCache cache, int[] trace) throws IOException {
        int hits = 0;
        for (int thing : trace) {
            hits += cache.request(thing, BODY) ? 1 : 0;
        }
        return 100.0 * hits / trace.length;
    }

    private static String one(double percent) {
        return String.format(Locale.ROOT, "%.1f", percent);
    }
}
