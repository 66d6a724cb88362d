package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * The share of requests that are hits: of the store in memory, of an LRU, and of Caffeine, in one JVM. All have the same
 * room, and count the same bytes for an entry. A row is not valid if the store is two points below Caffeine.
 */
final class HitRatioScenario implements Scenario {
    private static final int THINGS = 100_000;
    private static final int REQUESTS = 1_000_000;
    private static final int BODY = 1_000;
    private static final double POINTS = 2;

    private final Table table = new Table("trace", "room", "Sluice %", "LRU %", "Caffeine %", "errors");

    @Override
    public String title() {
        return "Hit ratio of the store in memory";
    }

    @Override
    public Table run(Lab lab) throws IOException {
        int overhead = TracedCache.overhead();
        long all = (long) THINGS * (BODY + overhead);
        for (double skew : new double[] {0.7, 0.9, 1.0, 1.1}) {
            for (int percent : new int[] {1, 5, 20}) {
                measure(lab, "Zipf " + skew, Traces.zipf(THINGS, skew, REQUESTS), thing -> BODY, all, percent);
            }
        }
        int[] popular = Traces.zipf(THINGS, 0.9, REQUESTS);
        for (int percent : new int[] {1, 5}) {
            int[] scans = Traces.withScans(popular, 50_000, THINGS * percent / 50, THINGS);
            measure(lab, "Zipf 0.9, scans of twice the room", scans, thing -> BODY, all, percent);
        }
        int[] halves = Traces.withScans(popular, 1, 1, THINGS);
        measure(lab, "Zipf 0.9, every other request a scan", halves, thing -> BODY, all, 5);
        measure(lab, "loop over twice the room", Traces.loop(THINGS / 5, REQUESTS), thing -> BODY, all, 10);
        int[] shifting = Traces.shifting(popular, 50_000, 500, THINGS);
        measure(lab, "Zipf 0.9, popularity moves", shifting, thing -> BODY, all, 5);
        sizes(lab, overhead);
        return table;
    }

    /** Things of 200 bytes to 1 MB, of which half are shorter than 8.3 KB. */
    private void sizes(Lab lab, int overhead) throws IOException {
        int things = THINGS / 5;
        int[] sizes = new int[things];
        Random random = new Random(2);
        long all = 0;
        for (int i = 0; i < things; i++) {
            sizes[i] = (int) Math.min(1_000_000, 200 + Math.exp(9 + 1.8 * random.nextGaussian()));
            all += sizes[i] + overhead;
        }
        int[] popular = Traces.zipf(things, 0.9, REQUESTS / 5);
        IntUnaryOperator size = thing -> sizes[thing % things];
        for (int percent : new int[] {1, 5, 20}) {
            measure(lab, "Zipf 0.9, many sizes", popular, size, all, percent);
        }
        int[] scans = Traces.withScans(popular, 10_000, 2_000, things);
        measure(lab, "Zipf 0.9, many sizes, scans", scans, size, all, 5);
    }

    private void measure(Lab lab, String name, int[] trace, IntUnaryOperator size, long all, int percent)
            throws IOException {
        int overhead = TracedCache.overhead();
        long room = all / 100 * percent;
        double ours = percentOfHits(TracedCache.sluice(room), trace, size);
        double lru = percentOfHits(TracedCache.lru(room, overhead), trace, size);
        double caffeine = percentOfHits(TracedCache.caffeine(room, overhead), trace, size);
        String error = ours < caffeine - POINTS ? "more than two points below Caffeine" : "";
        if (!error.isEmpty()) {
            lab.invalid(name + ": " + error);
        }
        table.row(name, percent + " %", one(ours), one(lru), one(caffeine), Lab.validity(error));
    }

    private static double percentOfHits(TracedCache cache, int[] trace, IntUnaryOperator size) throws IOException {
        int hits = 0;
        for (int thing : trace) {
            hits += cache.request(thing, size.applyAsInt(thing)) ? 1 : 0;
        }
        return 100.0 * hits / trace.length;
    }

    private static String one(double percent) {
        return String.format(Locale.ROOT, "%.1f", percent);
    }
}
