package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.Stored;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The share of requests that are hits, beside that of an LRU of the same size. The laboratory measures more. */
class HitRatioTest {
    private static final int CAPACITY = 500;
    private static final int KEYS = 10_000;

    @Test
    void onAZipfTraceItIsBetterThanAnLru() throws IOException {
        int[] trace = zipf(60_000);

        assertThat(ours(trace)).isGreaterThan(lru(trace) + 0.06);
    }

    @Test
    void aScanDoesNotFlushIt() throws IOException {
        int[] popular = zipf(60_000);
        int[] scans = new int[popular.length + 10 * 1_000];
        for (int i = 0, to = 0; i < popular.length; i++) {
            scans[to++] = popular[i];
            for (int n = 0; i % 6_000 == 5_999 && n < 1_000; n++) {
                scans[to++] = KEYS + i + n;
            }
        }

        assertThat(ours(scans)).isGreaterThan(lru(scans) + 0.08);
        double share = (double) popular.length / scans.length;
        assertThat(ours(scans)).as("as if there were no scans").isGreaterThan(share * ours(popular) - 0.005);
    }

    @Test
    void aLoopThatIsLongerThanItDoesNotDefeatIt() throws IOException {
        int[] loop = IntStream.range(0, 30_000).map(i -> i % (2 * CAPACITY)).toArray();

        assertThat(lru(loop)).isZero();
        assertThat(ours(loop)).isGreaterThan(0.4);
    }

    @Test
    void whatWasPopularMakesRoomForWhatIs() throws IOException {
        int[] first = zipf(60_000);
        int[] moved = IntStream.of(first).map(key -> key + KEYS).toArray();
        int[] both = Arrays.copyOf(first, 2 * first.length);
        System.arraycopy(moved, 0, both, first.length, moved.length);

        assertThat(ours(both)).isGreaterThan(ours(first) - 0.02);
    }

    /** Requests of which few keys have the most, as of pages: the share of the nth is as 1 to n^0.9. */
    private static int[] zipf(int length) {
        double[] sums = new double[KEYS];
        double sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += Math.pow(i + 1, -0.9);
            sums[i] = sum;
        }
        Random random = new Random(11);
        int[] trace = new int[length];
        for (int i = 0; i < length; i++) {
            int at = Arrays.binarySearch(sums, random.nextDouble() * sum);
            trace[i] = at < 0 ? -at - 1 : at;
        }
        return trace;
    }

    private static double ours(int[] trace) throws IOException {
        CacheStore store = new MemoryStore(CAPACITY * weight(), 10_000, 1);
        int hits = 0;
        for (int each : trace) {
            if (store.find(key(each)).isEmpty()) {
                Stored.put(store, Stored.head(key(each)).build(), new byte[100]);
            } else {
                hits++;
            }
        }
        return (double) hits / trace.length;
    }

    private static long weight() throws IOException {
        CacheStore store = new MemoryStore(1 << 20, 10_000, 1);
        Stored.put(store, Stored.head(key(0)).build(), new byte[100]);
        return store.usage().bytes();
    }

    private static String key(int number) {
        return "http://shop.example/" + (1_000_000 + number);
    }

    private static double lru(int[] trace) {
        LinkedHashMap<Integer, Boolean> cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                return size() > CAPACITY;
            }
        };
        int hits = 0;
        for (int each : trace) {
            if (cache.get(each) == null) {
                cache.put(each, true);
            } else {
                hits++;
            }
        }
        return (double) hits / trace.length;
    }
}
