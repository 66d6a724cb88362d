package dev.sluice.proxy.cache.memory;

import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** A body that grows in {@link Chunks}; each new one needs room in {@link Contents}. */
final class MemoryWriting implements Writing {
    private final Contents contents;
    private final Chunks chunks;
    private final long announced;
    private final long maxLength;

    /** The room that this writing has taken. */
    private final AtomicLong taken = new AtomicLong();

    private boolean incomplete;
    private volatile boolean stored;
    private volatile boolean closed;

    /**
     * A writing without room.
     *
     * @param announced the length of the body, or -1
     * @param maxLength the bound of its length
     */
    MemoryWriting(Contents contents, long announced, long maxLength) {
        this.contents = contents;
        this.chunks = new Chunks(announced);
        this.announced = announced;
        this.maxLength = maxLength;
    }

    /** Takes room for the head. Returns false if there is none, or not enough for the announced body. */
    boolean begin(long headBytes) {
        if (maxLength < 0 || !contents.take(headBytes, chunks.growth(Math.max(0, announced)))) {
            return false;
        }
        taken.set(headBytes);
        return true;
    }

    @Override
    public boolean append(byte[] bytes, int offset, int length) throws IOException {
        if (closed || stored) {
            throw new IOException("the writing has ended");
        }
        if (incomplete || !fits(length)) {
            incomplete = true;
            return false;
        }
        chunks.append(bytes, offset, length);
        return true;
    }

    private boolean fits(int more) throws IOException {
        long length = chunks.length() + more;
        if (length > maxLength || (announced >= 0 && length > announced)) {
            return false;
        }
        long growth = chunks.growth(more);
        if (growth > 0) {
            if (!contents.take(growth, 0)) {
                return false;
            }
            taken.addAndGet(growth);
            if (closed) {
                contents.giveBack(taken.getAndSet(0));
                throw new IOException("the writing has ended");
            }
        }
        return true;
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws IOException {
        if (closed && !stored) {
            throw new IOException("the response was not stored");
        }
        return chunks.read(position, into, offset, length);
    }

    @Override
    public void commit(StoredHead head) throws IOException {
        if (closed || stored) {
            throw new IOException("the writing has ended");
        }
        if (incomplete || (announced >= 0 && chunks.length() < announced)) {
            throw new IOException("bytes are missing: there are " + chunks.length() + " of "
                    + (announced < 0 ? "an unknown number" : announced));
        }
        MemoryBody body = chunks.whole();
        contents.store(head, body, taken.getAndSet(0));
        stored = true;
    }

    @Override
    public void close() {
        closed = true;
        contents.giveBack(taken.getAndSet(0));
    }
}
