package dev.sluice.proxy.content;

import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream that holds memory outside of the heap. It is freed once, when the stream is closed or its exchange ends, and
 * never under a thread that is still reading: then that thread frees it. One thread reads; any thread may close.
 */
abstract class CodedInput extends BulkInputStream {
    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean unwanted;
    private boolean freed;

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        turn.lock();
        try {
            if (unwanted) {
                throw new IOException("the body is closed");
            }
            return length == 0 ? 0 : readInTurn(target, offset, length);
        } finally {
            turn.unlock();
            if (unwanted) {
                freeIfIdle();
            }
        }
    }

    abstract int readInTurn(byte[] target, int offset, int length) throws IOException;

    /** Frees the memory. Called once. */
    abstract void free() throws IOException;

    /** No read begins any more. */
    final void release() {
        unwanted = true;
        freeIfIdle();
    }

    private void freeIfIdle() {
        if (!turn.tryLock()) {
            // The thread that has the lock looks again when it has given it back.
            return;
        }
        try {
            if (!freed) {
                freed = true;
                free();
            }
        } catch (IOException | RuntimeException ignored) {
            // The bytes are not wanted any more, so nothing is lost.
        } finally {
            turn.unlock();
        }
    }
}
