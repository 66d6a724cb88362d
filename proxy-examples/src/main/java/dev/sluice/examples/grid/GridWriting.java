package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** A body on its way into the grid: whole pieces go there as they come, the last one with the commit, and then the head. */
final class GridWriting implements Writing {
    private final GridStore store;
    private final long announced;
    private final long maxLength;
    private final long until;
    private final String id = UUID.randomUUID().toString();
    private final ReentrantLock lock = new ReentrantLock();
    /** The piece that is not in the grid yet. */
    private byte[] last = {};

    private long written;
    /** How much can be read. */
    private long length;

    private boolean refused;
    private boolean committed;
    private boolean closed;

    /**
     * @param announced the length of the body, or -1
     * @param until when what is written now ends by itself
     */
    GridWriting(GridStore store, long announced, long maxLength, long until) {
        this.store = store;
        this.announced = announced;
        this.maxLength = announced < 0 ? maxLength : announced;
        this.until = until;
    }

    /** If the grid fails it is as if there were no room: those who read this response need not notice. */
    @Override
    public boolean append(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        requireOpen();
        if (refused || length + count > maxLength) {
            refused = true;
            return false;
        }
        try {
            long end = length;
            for (int done = 0; done < count; ) {
                int at = (int) (end - written * GridPieces.PIECE);
                int now = Math.min(count - done, GridPieces.PIECE - at);
                copy(bytes, offset + done, at, now);
                done += now;
                end += now;
                if (at + now == GridPieces.PIECE) {
                    writeLast(GridPieces.PIECE);
                }
            }
            grow(end);
            return true;
        } catch (IOException away) {
            requireOpen();
            refused = true;
            return false;
        }
    }

    private void copy(byte[] bytes, int offset, int at, int count) {
        lock.lock();
        try {
            if (at + count > last.length) {
                byte[] longer = new byte[GridPieces.PIECE];
                System.arraycopy(last, 0, longer, 0, at);
                last = longer;
            }
            System.arraycopy(bytes, offset, last, at, count);
        } finally {
            lock.unlock();
        }
    }

    private void grow(long end) {
        lock.lock();
        try {
            length = end;
        } finally {
            lock.unlock();
        }
    }

    /** Not under the lock: readers do not wait for the grid. */
    private void writeLast(int count) throws IOException {
        store.pieces.put(id, written, last, count);
        lock.lock();
        try {
            written++;
            last = new byte[0];
            if (closed) {
                store.pieces.remove(id, written);
                throw new IOException("the writing has ended");
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(long position, byte[] into, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, into.length);
        long number = position / GridPieces.PIECE;
        int at = (int) (position % GridPieces.PIECE);
        int here;
        lock.lock();
        try {
            if (closed && !committed) {
                throw new IOException("the response was not stored");
            }
            if (position >= length) {
                return -1;
            }
            here = (int) Math.min(count, Math.min(GridPieces.PIECE - at, length - position));
            if (number >= written) {
                System.arraycopy(last, at, into, offset, here);
                return here;
            }
        } finally {
            lock.unlock();
        }
        int whole = (int) Math.min(GridPieces.PIECE, pieceEnd(number));
        System.arraycopy(store.pieces.get(id, number, whole), at, into, offset, here);
        return here;
    }

    /** The length of a piece that is in the grid: only the last one, after the commit, is shorter than others. */
    private long pieceEnd(long number) {
        lock.lock();
        try {
            return committed ? length - number * GridPieces.PIECE : GridPieces.PIECE;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void commit(StoredHead head) throws IOException {
        requireOpen();
        if (refused || (announced >= 0 && length != announced)) {
            throw new IOException("bytes are missing: there are " + length + " of "
                    + (announced < 0 ? "an unknown number" : announced));
        }
        int rest = (int) (length - written * GridPieces.PIECE);
        if (rest > 0) {
            store.pieces.put(id, written, last, rest);
        }
        store.commit(new GridEntry(id, length, until, head));
        lock.lock();
        try {
            committed = true;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() throws IOException {
        lock.lock();
        try {
            if (closed || committed) {
                throw new IOException("the writing has ended");
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (committed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        store.pieces.remove(id, written + 1);
    }
}
