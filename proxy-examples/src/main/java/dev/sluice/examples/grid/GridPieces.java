package dev.sluice.examples.grid;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32C;

/**
 * Bodies in pieces of 64 KiB, each with a checksum of its name and its bytes. A piece never changes; it ends by itself after
 * a day, or a minute after its body was dropped.
 */
final class GridPieces {
    static final int PIECE = 64 * 1024;
    static final Duration LIFE = Duration.ofDays(1);
    /** A reader in the middle of a body that is dropped has this long to read the rest. */
    static final Duration DROPPED_LIFE = Duration.ofMinutes(1);

    private static final int SUM = Integer.BYTES;

    private final Grid grid;
    private final GridMemory memory;

    GridPieces(Grid grid, GridMemory memory) {
        this.grid = grid;
        this.memory = memory;
    }

    /** A piece that is not there any more, or not as it was. */
    static final class LostException extends IOException {
        private static final long serialVersionUID = 1;

        LostException(String message) {
            super(message);
        }
    }

    /** The number of pieces of a body. */
    static long count(long length) {
        return (length + PIECE - 1) / PIECE;
    }

    /**
     * A piece; there are more bytes in the array than its length.
     *
     * @throws LostException if it is missing or damaged
     * @throws IOException if the grid cannot be asked
     */
    byte[] get(String id, long number, int length) throws IOException {
        String name = name(id, number);
        byte[] piece = memory.piece(name);
        if (piece == null) {
            piece = grid.get(name);
            if (piece == null || piece.length != length + SUM || !isWhole(name, piece)) {
                throw new LostException("piece " + number + " of a stored body is "
                        + (piece == null ? "not in the grid any more" : "damaged"));
            }
            memory.keepPiece(name, piece);
        }
        return piece;
    }

    void put(String id, long number, byte[] bytes, int length) throws IOException {
        String name = name(id, number);
        byte[] piece = new byte[length + SUM];
        System.arraycopy(bytes, 0, piece, 0, length);
        ByteBuffer.wrap(piece).putInt(length, sum(name, piece));
        grid.put(name, piece, LIFE);
        memory.keepPiece(name, piece);
    }

    /** The body is not found any more. If the grid fails, its pieces stay until they end by themselves. */
    void drop(GridEntry entry) {
        try {
            for (long i = 0; i < count(entry.length()); i++) {
                grid.expire(name(entry.id(), i), DROPPED_LIFE);
            }
        } catch (IOException away) {
            // They take room for a day at most.
        }
    }

    /** Nobody has found the body yet. If the grid fails, its pieces stay until they end by themselves. */
    void remove(String id, long count) {
        try {
            for (long i = 0; i < count; i++) {
                grid.remove(name(id, i));
            }
        } catch (IOException away) {
            // They take room for a day at most.
        }
    }

    private static String name(String id, long number) {
        return id + '/' + number;
    }

    private static boolean isWhole(String name, byte[] piece) {
        return ByteBuffer.wrap(piece).getInt(piece.length - SUM) == sum(name, piece);
    }

    private static int sum(String name, byte[] piece) {
        CRC32C sum = new CRC32C();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        sum.update(piece, 0, piece.length - SUM);
        return (int) sum.getValue();
    }
}
