package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.store.StoredBody;
import java.io.IOException;
import java.util.Objects;

/** A reader of a stored body, which holds one piece at a time. */
final class GridBody implements StoredBody {
    private final GridStore store;
    private final GridEntry entry;
    private byte[] piece = {};
    private long number = -1;

    /**
     * Reads the first piece: it is the first that ends.
     *
     * @throws IOException if it is not there any more, is damaged, or the grid cannot be asked
     */
    GridBody(GridStore store, GridEntry entry) throws IOException {
        this.store = store;
        this.entry = entry;
        if (entry.length() > 0) {
            fetch(0);
        }
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (position >= entry.length()) {
            return -1;
        }
        long wanted = position / GridPieces.PIECE;
        if (wanted != number) {
            fetch(wanted);
        }
        int at = (int) (position % GridPieces.PIECE);
        int count = Math.min(length, pieceLength(number) - at);
        System.arraycopy(piece, at, into, offset, count);
        return count;
    }

    private void fetch(long wanted) throws IOException {
        try {
            piece = store.pieces.get(entry.id(), wanted, pieceLength(wanted));
            number = wanted;
        } catch (GridPieces.LostException lost) {
            store.lost(entry);
            throw lost;
        }
    }

    private int pieceLength(long of) {
        return (int) Math.min(GridPieces.PIECE, entry.length() - of * GridPieces.PIECE);
    }

    @Override
    public void close() {
        piece = new byte[0];
        number = -1;
    }
}
