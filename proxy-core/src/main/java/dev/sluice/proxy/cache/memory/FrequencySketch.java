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
    private static final int BLOCK = 8;
    private static final int SMALLEST = 64;
    private static final int USES_PER_COUNTER = 10;

    /** Every fourth bit, from the lowest on, is that of a counter's one; so this leaves room for its shift. */
    private static final long HALVED = 0x7777_7777_7777_7777L;

    /**
     * Blocks of eight words, of 16 counters each. Something has its counters of all rows in one block, which is a line of
     * the processor's cache: row r uses the words 2 r and 2 r + 1.
     */
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
        long hash = mixed(fingerprint);
        int least = least(hash);
        if (least < MAX) {
            for (int row = 0; row < ROWS; row++) {
                int word = word(hash, row);
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
        return least(mixed(fingerprint));
    }

    private int least(long hash) {
        int least = MAX;
        for (int row = 0; row < ROWS; row++) {
            least = Math.min(least, (int) (words[word(hash, row)] >>> shift(hash, row) & MAX));
        }
        return least;
    }

    private void halve() {
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i] >>> 1 & HALVED;
        }
        uses /= 2;
    }

    /** The upper half of the hash is for the block; of the lower half, each row has eight bits, and uses five. */
    private int word(long hash, int row) {
        int block = (int) (hash >>> 32) & (words.length / BLOCK - 1);
        return block * BLOCK + 2 * row + (int) ((hash >>> (8 * row)) & 1);
    }

    private static int shift(long hash, int row) {
        return (int) ((hash >>> (8 * row + 1)) & 15) * 4;
    }

    private static long mixed(long fingerprint) {
        long mixed = (fingerprint ^ (fingerprint >>> 32)) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 29)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 32);
    }
}
