package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response that is being stored, and those who read it meanwhile. One thread writes. Each reader reads what
 * is there, and waits for more; if the body breaks off, each reader gets that failure. Safe for use by many threads.
 *
 * <p>A slow reader delays nobody, unless the store has no more room: from then on the writer keeps one piece at a time
 * until all readers have it, and nobody else may join them.
 */
final class FillBytes {
    private final TimeSource time;
    private final Writing writing;
    private final Consumer<Exception> whenStoreFails;
    private final Runnable whenUnread;
    private final Runnable whenFull;
    private final Set<Reader> readers = new HashSet<>();
    /** How many bytes are in the store. */
    private long stored;

    /** What the store has no room for: the piece that begins at {@link #pieceAt}. */
    private byte[] piece = {};

    private long pieceAt;
    private int pieceLength;
    private boolean full;
    private boolean complete;
    private boolean closed;
    private @Nullable ProxyException failure;
    /** Fires at the next change; made only if somebody waits. */
    private @Nullable Signal change;

    /**
     * Nothing is written yet, and nobody reads.
     *
     * @param whenStoreFails called, without a lock, when the store fails: those who read do without it
     * @param whenUnread called, without a lock, when the last reader has left before the end
     * @param whenFull called, without a lock, when the store has no more room
     */
    FillBytes(
            TimeSource time,
            Writing writing,
            Consumer<Exception> whenStoreFails,
            Runnable whenUnread,
            Runnable whenFull) {
        this.time = time;
        this.writing = writing;
        this.whenStoreFails = whenStoreFails;
        this.whenUnread = whenUnread;
        this.whenFull = whenFull;
    }

    /** A reader that waits no longer than this scope lasts; null if it is too late to read all of it. */
    @Nullable
    StoredBody reader(Exchange scope) {
        synchronized (this) {
            if (!isOpen()) {
                return null;
            }
            Reader reader = new Reader(scope);
            readers.add(reader);
            return reader;
        }
    }

    /**
     * Writes bytes: to the store, or to the readers alone if the store has no room.
     *
     * @param scope of the fill, which bounds the wait for the readers
     * @return whether somebody needs what follows
     */
    boolean write(byte[] bytes, int length, Exchange scope) throws ProxyException, InterruptedException {
        if (!isFull() && append(bytes, length)) {
            synchronized (this) {
                stored += length;
            }
            changed();
            return true;
        }
        boolean wasFull;
        synchronized (this) {
            wasFull = full;
            pieceAt = full ? pieceAt + pieceLength : stored;
            piece = bytes;
            pieceLength = length;
            full = true;
        }
        if (!wasFull) {
            whenFull.run();
        }
        changed();
        for (Signal next = untilRead(); next != null; next = untilRead()) {
            ScopeWait.await(time, scope, next, TimeSource.NEVER);
            scope.check();
        }
        return isRead();
    }

    /** Returns whether the store has it now; if it fails, those who read do without the store. */
    private boolean append(byte[] bytes, int length) {
        try {
            return writing.append(bytes, 0, length);
        } catch (IOException | RuntimeException cause) {
            whenStoreFails.accept(cause);
            return false;
        }
    }

    /** Returns whether a new reader can still read all of it. */
    synchronized boolean isOpen() {
        return !full && !closed && failure == null;
    }

    /** Returns whether the store has no room for it. */
    synchronized boolean isFull() {
        return full;
    }

    /** Returns whether somebody reads it. */
    synchronized boolean isRead() {
        return !readers.isEmpty();
    }

    /** The next change to wait for until all readers have the piece; null once they have it. */
    private synchronized @Nullable Signal untilRead() {
        long end = pieceAt + pieceLength;
        return readers.stream().allMatch(reader -> reader.position >= end) ? null : nextChange();
    }

    /**
     * Makes the body visible in the store, unless there was no room for it. It is whole, and {@link #complete} follows.
     *
     * @return whether it is stored
     */
    boolean commit(StoredHead head) {
        if (isFull()) {
            return false;
        }
        try {
            writing.commit(head);
            return true;
        } catch (IOException | RuntimeException cause) {
            whenStoreFails.accept(cause);
            return false;
        }
    }

    /** The body is whole. */
    void complete() {
        synchronized (this) {
            complete = true;
        }
        ended();
    }

    /** The body breaks off. */
    void fail(ProxyException why) {
        synchronized (this) {
            failure = why;
        }
        ended();
    }

    private void ended() {
        changed();
        closeIfUnread();
    }

    private void closeIfUnread() {
        synchronized (this) {
            if (closed || !readers.isEmpty() || (!complete && failure == null)) {
                return;
            }
            closed = true;
        }
        writing.close();
    }

    private Signal nextChange() {
        if (change == null) {
            change = new Signal();
        }
        return change;
    }

    private void changed() {
        Signal now;
        synchronized (this) {
            now = change;
            change = null;
        }
        if (now != null) {
            now.fire();
        }
    }

    private void left(Reader reader) {
        boolean unread;
        synchronized (this) {
            if (!readers.remove(reader)) {
                return;
            }
            unread = readers.isEmpty() && !complete && failure == null;
        }
        changed();
        closeIfUnread();
        if (unread) {
            whenUnread.run();
        }
    }

    private final class Reader implements ArrivingBody {
        private final Exchange scope;
        /** The first byte that it still needs; under the lock. */
        private long position;

        private Reader(Exchange scope) {
            this.scope = scope;
        }

        @Override
        public int available(long from) {
            synchronized (FillBytes.this) {
                long here = full && from >= pieceAt ? pieceAt + pieceLength : stored;
                return (int) Math.min(Integer.MAX_VALUE, Math.max(0, here - from));
            }
        }

        @Override
        public int read(long from, byte[] into, int offset, int length) throws IOException {
            needs(from);
            while (true) {
                Signal next;
                int here;
                synchronized (FillBytes.this) {
                    here = (int) Math.min(length, Math.max(0, stored - from));
                    int n = here > 0 ? 0 : fromPiece(from, into, offset, length);
                    if (n != 0) {
                        return n;
                    }
                    next = here > 0 ? null : nextChange();
                }
                if (next == null) {
                    return writing.read(from, into, offset, here);
                }
                await(next);
            }
        }

        /** Bytes of the piece; -1 at the end of the body; 0 if there is nothing yet. Under the lock. */
        private int fromPiece(long from, byte[] into, int offset, int length) throws ProxyException {
            long at = from - pieceAt;
            if (full && at >= 0 && at < pieceLength) {
                int n = (int) Math.min(length, pieceLength - at);
                System.arraycopy(piece, (int) at, into, offset, n);
                return n;
            }
            if (failure != null) {
                throw new ProxyException(
                        failure.outcome(),
                        failure.delivery(),
                        "a response that is being stored broke off: " + failure.getMessage(),
                        failure);
            }
            return complete ? -1 : 0;
        }

        /** It has read all bytes before this one. */
        private void needs(long from) {
            boolean awaited;
            synchronized (FillBytes.this) {
                position = from;
                awaited = full;
            }
            if (awaited) {
                changed();
            }
        }

        private void await(Signal next) throws IOException {
            try {
                ScopeWait.await(time, scope, next, TimeSource.NEVER);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a stored response is still arriving");
            }
            scope.check();
        }

        @Override
        public void close() {
            left(this);
        }
    }
}
