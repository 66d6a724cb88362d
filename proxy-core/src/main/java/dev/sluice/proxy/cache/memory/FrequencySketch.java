package dev.sluice.proxy.cache.memory;

/**
 * Estimates how often something was used of late: a count-min sketch (Cormode, Muthukrishnan, 2005) of four rows, with
 * counters of 4 bits and conservative update. After ten uses for each counter of a row all counts are halved, so that
 * what was used long ago is forgotten (Einziger, Friedman, Manes, "TinyLFU", 2017, §3.3). An estimate is never less than
 * the count, and at most 15. Guarded by the lock of {@link Contents}.
 */
final class FrequencySketch {
    static final int MAX = 15;

    private static final int ROWS = 4;
    private static final int SMALLEST = 64;
    private static final int USES_PER_COUNTER = 10;

    /** Every fourth bit, from the lowest on, is that of a counter's one; so this leaves room for its shift. */
    private static final long HALVED = 0x7777_7777_7777_7777L;

    /** Each word has 16 counters, of which row r uses the four from 4 r on. */
    private long[] words = new long[SMALLEST];

    private long uses;

    /** Makes room for as many different things; what was counted stays. */
    void room(int things) {
        while (words.length < things) {
            long[] doubled = new long[2 * words.length];
            System.arraycopy(words, 0, doubled, 0, words.length);
            System.arraycopy(words, 0, doubled, words.length, words.length);
            words = doubled;
        }
    }

    /** Counts a use. Halves all counts if it is time. */
    void count(long fingerprint) {
        int least = estimate(fingerprint);
        if (least < MAX) {
            for (int row = 0; row < ROWS; row++) {
                long hash = hash(fingerprint, row);
                int word = word(hash);
                int shift = shift(hash, row);
                if ((words[word] >>> shift & MAX) == least) {
                    words[word] += 1L << shift;
                }
            }
        }
        if (++uses >= (long) USES_PER_COUNTER * words.length) {
            halve();
        }
    }

    /** How often it was used: 0 to {@link #MAX}. */
    int estimate(long fingerprint) {
        int least = MAX;
        for (int row = 0; row < ROWS; row++) {
            long hash = hash(fingerprint, row);
            least = Math.min(least, (int) (words[word(hash)] >>> shift(hash, row) & MAX));
        }
        return least;
    }

    private void halve() {
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i] >>> 1 & HALVED;
        }
        uses /= 2;
    }

    private int word(long hash) {
        return (int) (hash >>> 2) & words.length - 1;
    }

    private static int shift(long hash, int row) {
        return row * 16 + (int) (hash & 3) * 4;
    }

    /** Each row has a hash of its own. */
    private static long hash(long fingerprint, int row) {
        long mixed = (fingerprint + row) * 0x9E3779B97F4A7C15L;
        return ((mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L) >>> 24;
    }
}
