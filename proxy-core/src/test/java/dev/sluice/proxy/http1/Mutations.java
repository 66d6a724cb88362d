package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** An endless row of messages, each a valid one with a few changes. The same seed gives the same row. */
final class Mutations {
    private static final byte[] ODD =
            "\r\n\r\n\r\n \t\0:;,=\"/.0123456789afgAFG\u0001\u007f\u0080\u00ff".getBytes(StandardCharsets.ISO_8859_1);

    private final List<byte[]> valid;
    private final SplittableRandom random;
    private final byte[] bytes;
    private int length;

    /** Messages that end before they are longer than {@code most}. */
    Mutations(long seed, int most, List<String> valid) {
        this.random = new SplittableRandom(seed);
        this.bytes = new byte[most];
        this.valid = valid.stream()
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** The current message, in the first {@link #length()} bytes. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    String text() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Moves to the next message. One in sixteen stays valid. */
    void next() {
        byte[] base = valid.get(random.nextInt(valid.size()));
        System.arraycopy(base, 0, bytes, 0, base.length);
        length = base.length;
        int changes = random.nextInt(16) == 0 ? 0 : 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            change();
        }
    }

    private void change() {
        int at = random.nextInt(length + 1);
        switch (random.nextInt(7)) {
            case 0 -> replace(at, ODD[random.nextInt(ODD.length)]);
            case 1 -> replace(at, (byte) random.nextInt(256));
            case 2 -> insert(at, ODD[random.nextInt(ODD.length)]);
            case 3 -> delete(at, 1);
            case 4 -> delete(at, random.nextInt(8));
            case 5 -> repeat(at, random.nextInt(10));
            default -> swap(at, random.nextInt(length + 1));
        }
    }

    private void replace(int at, byte value) {
        if (at < length) {
            bytes[at] = value;
        }
    }

    private void insert(int at, byte value) {
        if (length < bytes.length) {
            System.arraycopy(bytes, at, bytes, at + 1, length - at);
            bytes[at] = value;
            length++;
        }
    }

    private void delete(int at, int count) {
        int gone = Math.min(count, length - at);
        System.arraycopy(bytes, at + gone, bytes, at, length - at - gone);
        length -= gone;
    }

    private void repeat(int at, int count) {
        int more = Math.min(Math.min(count, length - at), bytes.length - length);
        System.arraycopy(bytes, at, bytes, at + more, length - at);
        length += more;
    }

    private void swap(int one, int other) {
        if (one < length && other < length) {
            byte kept = bytes[one];
            bytes[one] = bytes[other];
            bytes[other] = kept;
        }
    }
}
