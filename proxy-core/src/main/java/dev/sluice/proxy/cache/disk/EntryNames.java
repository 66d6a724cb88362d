package dev.sluice.proxy.cache.disk;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The names of files, which say all that the index must know, so that a start reads names only. An entry is
 * {@code key-sequence-variant-bodyLength-headLength.entry}; a head that has replaced the one in it, {@code
 * key-sequence-generation-length.head}. Numbers are hexadecimal. A file with any other name is not the store's.
 */
final class EntryNames {
    static final String ENTRY = ".entry";
    static final String HEAD = ".head";

    private static final HexFormat HEX = HexFormat.of();
    private static final int LONG = 16;
    /** No head is longer: 16 MiB. */
    static final int LONGEST_HEAD = 1 << 24;

    /** No body is longer: 256 TiB. */
    private static final long LONGEST_BODY = 1L << 48;

    private EntryNames() {}

    /** A head in a file of its own. */
    record HeadName(KeyHash key, long sequence, int generation, int length) {
        boolean isOf(Entry entry) {
            return entry.hasKey(key) && entry.sequence == sequence;
        }

        String text() {
            return start(key.high(), key.low(), sequence)
                    + '-'
                    + Integer.toHexString(generation)
                    + '-'
                    + Integer.toHexString(length)
                    + HEAD;
        }
    }

    static HeadName head(Entry entry, int generation, int length) {
        return new HeadName(new KeyHash(entry.keyHigh, entry.keyLow), entry.sequence, generation, length);
    }

    static String of(Entry entry) {
        return start(entry.keyHigh, entry.keyLow, entry.sequence)
                + '-'
                + HEX.toHexDigits(entry.variant)
                + '-'
                + Long.toHexString(entry.bodyLength)
                + '-'
                + Integer.toHexString(entry.headLength)
                + ENTRY;
    }

    private static String start(long keyHigh, long keyLow, long sequence) {
        return HEX.toHexDigits(keyHigh) + HEX.toHexDigits(keyLow) + '-' + HEX.toHexDigits(sequence);
    }

    /** The entry of this name, or null if it is not an entry's. */
    static @Nullable Entry entry(String name) {
        int end = name.length() - ENTRY.length();
        int variant = 3 * LONG + 2;
        int body = variant + LONG + 1;
        int head = name.lastIndexOf('-') + 1;
        if (!name.endsWith(ENTRY) || head <= body || end <= head) {
            return null;
        }
        try {
            Entry entry = new Entry(
                    key(name),
                    sequence(name),
                    hex(name, variant, variant + LONG),
                    hex(name, body, head - 1),
                    length(hex(name, head, end)));
            return isBody(entry.bodyLength) && of(entry).equals(name) ? entry : null;
        } catch (NumberFormatException foreign) {
            return null;
        }
    }

    /** The head of this name, or null if it is not a head's. */
    static @Nullable HeadName head(String name) {
        int end = name.length() - HEAD.length();
        int generation = 3 * LONG + 2;
        int length = name.lastIndexOf('-') + 1;
        if (!name.endsWith(HEAD) || length <= generation || end <= length) {
            return null;
        }
        try {
            HeadName head = new HeadName(
                    key(name),
                    sequence(name),
                    Integer.parseInt(name, generation, length - 1, LONG),
                    length(hex(name, length, end)));
            return head.generation() > 0 && head.text().equals(name) ? head : null;
        } catch (NumberFormatException foreign) {
            return null;
        }
    }

    private static KeyHash key(String name) {
        return new KeyHash(hex(name, 0, LONG), hex(name, LONG, 2 * LONG));
    }

    private static long sequence(String name) {
        return hex(name, 2 * LONG + 1, 3 * LONG + 1);
    }

    private static long hex(String name, int begin, int end) {
        return Long.parseUnsignedLong(name, begin, end, 16);
    }

    private static boolean isBody(long length) {
        return length >= 0 && length <= LONGEST_BODY;
    }

    private static int length(long length) {
        if (length < 0 || length > LONGEST_HEAD) {
            throw new NumberFormatException("no length of a head: " + length);
        }
        return (int) length;
    }
}
