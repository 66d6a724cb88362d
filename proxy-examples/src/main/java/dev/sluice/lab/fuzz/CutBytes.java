package dev.sluice.lab.fuzz;

import dev.sluice.proxy.http1.InputBuffer;
import java.util.Arrays;
import java.util.Random;

/** Bytes that come in pieces. For one thread. */
final class CutBytes implements InputBuffer.Source {
    private static final int PATIENCE = 1_000;

    private final byte[] bytes;
    private final int[] ends;
    private int at;
    private int piece;
    private int asked;

    /** @param ends where each piece but the last one ends, in order */
    private CutBytes(byte[] bytes, int... ends) {
        this.bytes = bytes;
        this.ends = ends;
    }

    /** Two pieces, or all at once if the place is 0. */
    static CutBytes at(byte[] bytes, int place) {
        return new CutBytes(bytes, place);
    }

    /** A piece for each byte. */
    static CutBytes single(byte[] bytes) {
        int[] ends = new int[bytes.length];
        Arrays.setAll(ends, i -> i + 1);
        return new CutBytes(bytes, ends);
    }

    /** A few pieces. */
    static CutBytes random(byte[] bytes, Random random) {
        int[] ends =
                random.ints(random.nextInt(6), 0, bytes.length + 1).sorted().toArray();
        return new CutBytes(bytes, ends);
    }

    /** The same pieces, from the beginning. */
    CutBytes again() {
        return new CutBytes(bytes, ends);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (at == bytes.length || length == 0) {
            if (++asked > PATIENCE) {
                throw new IllegalStateException("it reads without end");
            }
            return length == 0 ? 0 : -1;
        }
        while (piece < ends.length && ends[piece] <= at) {
            piece++;
        }
        int end = piece < ends.length ? ends[piece] : bytes.length;
        int count = Math.min(length, end - at);
        System.arraycopy(bytes, at, target, offset, count);
        at += count;
        return count;
    }

    /** Where the pieces end. */
    @Override
    public String toString() {
        return ends.length > 10 ? "single bytes" : "cuts at " + Arrays.toString(ends);
    }
}
