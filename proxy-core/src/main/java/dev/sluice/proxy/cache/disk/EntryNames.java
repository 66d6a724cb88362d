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
        return new HeadName(KeyHash.of(entry), entry.sequence, generation, length);
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
        Reader reader = new Reader(name);
        KeyHash key = new KeyHash(reader.fixed(), reader.fixed());
        long sequence = reader.dash().fixed();
        long variant = reader.dash().fixed();
        long body = reader.dash().number(LONGEST_BODY);
        long head = reader.dash().number(LONGEST_HEAD);
        return reader.ends(ENTRY) ? new Entry(key, sequence, variant, body, (int) head) : null;
    }

    /** The head of this name, or null if it is not a head's. */
    static @Nullable HeadName head(String name) {
        Reader reader = new Reader(name);
        KeyHash key = new KeyHash(reader.fixed(), reader.fixed());
        long sequence = reader.dash().fixed();
        long generation = reader.dash().number(Integer.MAX_VALUE);
        long length = reader.dash().number(LONGEST_HEAD);
        return reader.ends(HEAD) && generation > 0 ? new HeadName(key, sequence, (int) generation, (int) length) : null;
    }

    /** Reads a name from its beginning; numbers are in lower case, without zeros that say nothing. */
    private static final class Reader {
        private final String name;
        private int at;
        private boolean foreign;

        private Reader(String name) {
            this.name = name;
        }

        /** A number of 16 digits. */
        private long fixed() {
            int end = at + LONG;
            long number = 0;
            while (at < end) {
                number = number << 4 | digit();
            }
            return number;
        }

        /** A number as short as it is. */
        private long number(long most) {
            int begin = at;
            long number = digit();
            while (number <= most && at < name.length() && isHex(name.charAt(at))) {
                number = number << 4 | digit();
            }
            foreign |= number > most || (at - begin > 1 && name.charAt(begin) == '0');
            return number;
        }

        private static boolean isHex(char digit) {
            return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
        }

        private int digit() {
            char digit = at < name.length() ? name.charAt(at) : '-';
            at++;
            if (!isHex(digit)) {
                foreign = true;
                return 0;
            }
            return digit <= '9' ? digit - '0' : digit - 'a' + 10;
        }

        private Reader dash() {
            foreign |= at >= name.length() || name.charAt(at) != '-';
            at++;
            return this;
        }

        private boolean ends(String ending) {
            return !foreign && name.length() == at + ending.length() && name.endsWith(ending);
        }
    }
}
