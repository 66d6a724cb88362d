package dev.sluice.proxy.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs short pieces of work one at a time, for state that all threads share. Who finds it busy leaves its piece there, and
 * the one who is at work does it too (flat combining, Hendler and others, SPAA 2010).
 *
 * <p>With an ordinary lock, when the system suspends its holder for some milliseconds, hundreds of virtual threads wait by
 * the time it goes on. They then get the lock one by one, each after a switch of threads, and whoever runs anyway takes it
 * before them: some wait for seconds. Here the one that goes on does what all have left, at once and in their order.
 *
 * <p>A piece must neither block nor use this lock. Safe for use by many threads.
 */
public final class CombiningLock {
    private final AtomicBoolean held = new AtomicBoolean();
    private final Queue<Piece<?>> left = new ConcurrentLinkedQueue<>();

    /** Nobody is at work. */
    public CombiningLock() {}

    /** Runs {@code work}, and returns when it is done; what it throws is thrown here. */
    public void run(Runnable work) {
        get(() -> {
            work.run();
            return true;
        });
    }

    /** Runs {@code work}, and returns its result; what it throws is thrown here. */
    public <T extends @Nullable Object> T get(Supplier<T> work) {
        if (held.compareAndSet(false, true)) {
            try {
                return work.get();
            } finally {
                release();
            }
        }
        Piece<T> piece = new Piece<>(work);
        left.add(piece);
        // The one at work may have looked for the last time before that.
        if (held.compareAndSet(false, true)) {
            release();
        }
        return piece.await();
    }

    private void release() {
        do {
            for (Piece<?> next = left.poll(); next != null; next = left.poll()) {
                next.run();
            }
            held.set(false);
        } while (!left.isEmpty() && held.compareAndSet(false, true));
    }

    /** Work that another thread does. */
    private static final class Piece<T extends @Nullable Object> {
        private final Supplier<T> work;
        private final Thread owner = Thread.currentThread();
        private @Nullable T result;
        private @Nullable Throwable failure;
        private volatile boolean done;

        Piece(Supplier<T> work) {
            this.work = work;
        }

        void run() {
            try {
                result = work.get();
            } catch (RuntimeException | Error thrown) {
                failure = thrown;
            }
            done = true;
            LockSupport.unpark(owner);
        }

        @SuppressWarnings("NullAway") // the result is null only if that is one of T
        T await() {
            boolean interrupted = false;
            while (!done) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            return result;
        }
    }
}
