package dev.sluice.proxy.http2.hpack;

import dev.sluice.proxy.http1.OutputBuffer;
import java.util.stream.IntStream;

/**
 * The Huffman code of HPACK (RFC 7541 §5.2, Appendix B). It is a canonical code: those of one length are in the order of
 * their bytes, and so the lengths say all of it.
 */
final class Huffman {
    /** The length of the code of each byte, as a digit to the base of 36. */
    private static final String LENGTHS = "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca"
            + "d67777777777777777777777878djde6f56565666577666567655677777fbeds"
            + "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn"
            + "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq";

    /** The end of the string, which has a code so that its beginning can be the padding. */
    private static final int EOS = 256;

    private static final int LONGEST = 30;
    private static final int SHORTEST = 5;

    private static final int[] CODES = new int[EOS + 1];

    /** Bytes in the order of their codes. */
    private static final int[] SYMBOLS = IntStream.rangeClosed(SHORTEST, LONGEST)
            .flatMap(length -> IntStream.rangeClosed(0, EOS).filter(each -> length(each) == length))
            .toArray();

    /** For each length, the place among {@link #SYMBOLS} of the first with it, without its code. */
    private static final int[] PLACES = new int[LONGEST + 1];

    /** For each length, the first 32 bits behind its last code. */
    private static final long[] ENDS = new long[LONGEST + 1];

    /** For the first eight bits of a code that is not longer: its byte, times 16, and its length. Else 0. */
    private static final short[] SHORT = new short[1 << 8];

    static {
        int code = 0;
        int place = 0;
        for (int length = SHORTEST; length <= LONGEST; length++) {
            code <<= 1;
            PLACES[length] = place - code;
            while (place < SYMBOLS.length && length(SYMBOLS[place]) == length) {
                int symbol = SYMBOLS[place++];
                CODES[symbol] = code;
                for (int i = 0; length <= 8 && i < 1 << (8 - length); i++) {
                    SHORT[(code << (8 - length)) + i] = (short) ((symbol << 4) | length);
                }
                code++;
            }
            ENDS[length] = (long) code << (32 - length);
        }
    }

    private Huffman() {}

    private static int length(int symbol) {
        return symbol == EOS ? LONGEST : Character.digit(LENGTHS.charAt(symbol), 36);
    }

    /** How many bytes a text of Latin-1 takes. */
    static int bytes(String text) {
        long bits = 0;
        for (int i = 0; i < text.length(); i++) {
            bits += length(text.charAt(i));
        }
        return Math.toIntExact((bits + 7) / 8);
    }

    /** Adds a text of Latin-1. */
    static void encode(String text, OutputBuffer out) {
        long bits = 0;
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            int symbol = text.charAt(i);
            bits = (bits << length(symbol)) | CODES[symbol];
            count += length(symbol);
            while (count >= 8) {
                count -= 8;
                out.put((int) (bits >> count));
            }
        }
        if (count > 0) {
            int padding = 8 - count;
            out.put((int) (bits << padding) | ((1 << padding) - 1));
        }
    }

    /** The most bytes that so many of code can stand for. */
    static int most(int bytes) {
        return (int) (bytes * 8L / SHORTEST);
    }

    /**
     * Decodes a string.
     *
     * @param target with room for as many bytes as {@link #most} says
     * @return the number of its bytes
     * @throws HpackException if it holds the end of the string, or has a padding that is longer than 7 bits or has a zero
     */
    static int decode(byte[] from, int begin, int end, byte[] target) throws HpackException {
        long bits = 0;
        int count = 0;
        int at = begin;
        int size = 0;
        while (true) {
            while (count <= 32 && at < end) {
                bits = (bits << 8) | (from[at++] & 0xff);
                count += 8;
            }
            // What is behind the end looks like padding.
            int next = count >= 32
                    ? (int) (bits >>> (count - 32))
                    : (int) ((bits << (32 - count)) | ((1L << (32 - count)) - 1));
            int symbol;
            int length;
            int quick = SHORT[next >>> 24];
            if (quick != 0) {
                symbol = quick >> 4;
                length = quick & 15;
            } else {
                length = length(Integer.toUnsignedLong(next));
                symbol = SYMBOLS[PLACES[length] + (next >>> (32 - length))];
            }
            if (length > count) {
                requirePadding(bits, count);
                return size;
            }
            if (symbol == EOS) {
                throw new HpackException("the code of a string holds its end (RFC 7541 §5.2)");
            }
            target[size++] = (byte) symbol;
            count -= length;
        }
    }

    /** The length of the code that these 32 bits begin with, which is longer than eight. */
    private static int length(long next) {
        int length = 9;
        while (next >= ENDS[length]) {
            length++;
        }
        return length;
    }

    private static void requirePadding(long bits, int count) throws HpackException {
        int ones = (1 << Math.min(count, 8)) - 1;
        if (count > 7 || (bits & ones) != ones) {
            throw new HpackException("a string does not end with a padding of up to 7 ones (RFC 7541 §5.2)");
        }
    }
}
