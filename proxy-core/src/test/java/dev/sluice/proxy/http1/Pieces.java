package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;

/** A source that gives its bytes in two pieces or one by one, and then ends. It can be reset. */
final class Pieces implements InputBuffer.Source {
    private byte[] bytes = {};
    private int length;
    private int given;
    private int split;
    private boolean single;

    /** All bytes of {@code text} at once. */
    static Pieces of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Pieces().set(bytes, bytes.length, 0);
    }

    /** The bytes of {@code text} one by one. */
    static Pieces singly(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Pieces().setSingly(bytes, bytes.length);
    }

    Pieces set(byte[] source, int count, int splitAt) {
        bytes = source;
        length = count;
        split = splitAt;
        given = 0;
        single = false;
        return this;
    }

    Pieces setSingly(byte[] source, int count) {
        set(source, count, 0);
        single = true;
        return this;
    }

    int given() {
        return given;
    }

    @Override
    public int read(byte[] target, int offset, int count) {
        if (given == length) {
            return -1;
        }
        int end = given < split ? split : length;
        int n = Math.min(count, single ? 1 : end - given);
        System.arraycopy(bytes, given, target, offset, n);
        given += n;
        return n;
    }
}
