package dev.sluice.proxy.cache.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets work into a folder until the store is closed: after that another store may have it. A thread that is in may enter
 * again. Safe for use by many threads.
 */
final class Gate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Path folder;
    private boolean closed;

    Gate(Path folder) {
        this.folder = folder;
    }

    /**
     * Goes in; {@link #leave} must follow.
     *
     * @throws IOException if the store is closed
     */
    void enter() throws IOException {
        if (!tryEnter()) {
            throw new IOException("the cache in " + folder + " is closed");
        }
    }

    /** Goes in, unless the store is closed. */
    boolean tryEnter() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            return false;
        }
        return true;
    }

    void leave() {
        lock.readLock().unlock();
    }

    /** Lets nobody in any more, and waits until all have left. Returns whether it was open. */
    boolean close() {
        lock.writeLock().lock();
        try {
            boolean open = !closed;
            closed = true;
            return open;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
