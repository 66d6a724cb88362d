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
 * <p>A piece must neither block nor use this lock, and must not care on which thread it runs. Safe for use by many threads.
 */
public final class CombiningLock {
    /** How long one waits at most until it looks whether somebody is still at work: an error may have driven it out. */
    private static final long LOOK_NANOS = 100_000_000;

    private final AtomicBoolean held = new AtomicBoolean();
    private final Queue<Piece<?>> left = new ConcurrentLinkedQueue<>();

    /** Who is at work. A thread asks only whether it is itself, so this needs no fence. */
    private @Nullable Thread holder;

    /** Nobody is at work. */
    public CombiningLock() {}

    /** Runs {@code work}, and returns when it is done; what it throws is thrown here. */
    public void run(Runnable work) {
        get(() -> {
            work.run();
            return true;
        });
    }

    /**
     * Runs {@code work}, and returns its result; what it throws is thrown here.
     *
     * @throws IllegalStateException if the caller is a piece of work of this lock
     */
    public <T extends @Nullable Object> T get(Supplier<T> work) {
        if (holder == Thread.currentThread()) {
            throw new IllegalStateException("a piece of work uses the lock that it runs under");
        }
        if (take()) {
            try {
                return work.get();
            } finally {
                release();
            }
        }
        Piece<T> piece = new Piece<>(work);
        left.add(piece);
        await(piece);
        return piece.result();
    }

    private void await(Piece<?> piece) {
        boolean interrupted = false;
        while (!piece.done) {
            // The one at work may have looked for the last time before the piece was there.
            if (take()) {
                try {
                    doLeft();
                    if (!piece.done) {
                        // Somebody took it out of the queue, and could not even begin.
                        piece.run();
                    }
                } finally {
                    release();
                }
            } else {
                LockSupport.parkNanos(this, LOOK_NANOS);
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean take() {
        if (!held.compareAndSet(false, true)) {
            return false;
        }
        holder = Thread.currentThread();
        return true;
    }

    private void release() {
        boolean goesOn;
        do {
            goesOn = false;
            try {
                doLeft();
                goesOn = true;
            } catch (RuntimeException | Error lacking) {
                // There is no stack or memory to go on with. Those that wait look again by themselves.
            } finally {
                holder = null;
                held.set(false);
            }
        } while (goesOn && !left.isEmpty() && take());
    }

    private void doLeft() {
        for (Piece<?> next = left.poll(); next != null; next = left.poll()) {
            next.run();
        }
    }

    /** Work that another thread may do. */
    private static final class Piece<T extends @Nullable Object> {
        private final Supplier<T> work;
        private final Thread owner = Thread.currentThread();
        private @Nullable T result;
        private @Nullable Throwable failure;
        private volatile boolean done;

        Piece(Supplier<T> work) {
            this.work = work;
        }

        /** Does it, for its owner; throws nothing of the work's. */
        void run() {
            try {
                result = work.get();
            } catch (Throwable thrown) {
                failure = thrown;
            } finally {
                done = true;
            }
            LockSupport.unpark(owner);
        }

        @SuppressWarnings("NullAway") // the result is null only if that is one of T
        T result() {
            if (failure != null) {
                Piece.<RuntimeException>rethrow(failure);
            }
            return result;
        }

        /** Also a checked exception that the compiler did not see. */
        @SuppressWarnings("unchecked")
        private static <E extends Throwable> void rethrow(Throwable thrown) throws E {
            throw (E) thrown;
        }
    }
}
