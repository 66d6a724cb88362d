package dev.sluice.proxy.cache.memory;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.StoredHead;
import java.util.List;

/**
 * How much memory a response takes, in bytes, in a JVM with compressed references. Its texts are counted as its own, even
 * where others share them. The laboratory compares the estimate with the heap.
 */
final class Weights {
    /** A {@link StoredHead} with two instants and an origin; the origin's authority is shared. */
    private static final int HEAD = 72 + 2 * 24 + 24;

    /** An {@link Entry}, its {@link MemoryResponse} and {@link MemoryBody}, and the list of those of a key. */
    private static final int ENTRY = 56 + 24 + 24 + 24;

    /** A node of the hash table with its slot, and one to two words of the {@link FrequencySketch}. */
    private static final int INDEX = 32 + 8 + 12;

    /** An array and its place in the table of chunks. */
    private static final int CHUNK = 16 + 4;

    /** The table, with what it and the last chunk are rounded up by. */
    private static final int TABLE = 16 + 8;

    /** An object of two references, or an array without its elements. */
    private static final int SMALL = 24;

    private Weights() {}

    /** The weight of a response without a body. */
    static long of(StoredHead head) {
        return HEAD
                + ENTRY
                + INDEX
                + of(head.key())
                + of(head.variant())
                + of(head.selecting())
                + of(head.tags())
                + of(head.origin().basePath())
                + of(head.headers());
    }

    /** What arrays of bytes take beside the bytes. */
    static long chunks(long count) {
        return count == 0 ? 0 : TABLE + count * CHUNK;
    }

    private static long of(Headers headers) {
        long weight = SMALL + 16;
        for (int i = 0; i < headers.size(); i++) {
            weight += 2 * 4 + of(headers.name(i)) + of(headers.value(i));
        }
        return weight;
    }

    private static long of(List<String> texts) {
        long weight = texts.isEmpty() ? 0 : SMALL;
        for (String text : texts) {
            weight += 4 + of(text);
        }
        return weight;
    }

    /** A string and its array; one byte a character, as what HTTP writes has. */
    private static long of(String text) {
        return text.isEmpty() ? 0 : SMALL + 16 + (text.length() + 7L & ~7L);
    }
}
