package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Does something once for all that ask for the same at the same time: the first one does it, the others wait for what it
 * finds, each as long as its exchange is wanted. Nothing is remembered. Safe for use by many threads.
 *
 * @param <R> what is found
 */
public final class Joined<R> {
    private final ConcurrentHashMap<Object, Run<R>> running = new ConcurrentHashMap<>();

    /**
     * What is done once.
     *
     * @param <R> what is found
     */
    @FunctionalInterface
    public interface Work<R> {
        /**
         * Finds it.
         *
         * @throws IOException if it fails: so it does for all that wait, and they do not fail one after the other
         * @throws InterruptedException if the thread is interrupted while it waits
         */
        R run() throws IOException, InterruptedException;
    }

    /** Something that is being done. Both results are null if there is none that counts for others. */
    private static final class Run<R> {
        final Signal done = new Signal();
        final Object asker;

        volatile @Nullable R found;

        volatile @Nullable Exception fault;

        Run(Object asker) {
            this.asker = asker;
        }
    }

    /** Returns whether this one does it now, and the others wait for it. */
    public boolean isRunning(Object key, Object asker) {
        Run<R> run = running.get(key);
        return run != null && run.asker.equals(asker);
    }

    /**
     * Does it, or waits for the one that does. A failure, also an unchecked one, counts for the others too, unless the
     * exchange was cancelled.
     *
     * @param key what is asked for
     * @param asker who asks
     * @param counts whether what is found counts for the others
     * @return what was found; null if another one has found nothing that counts for others
     */
    public @Nullable R run(Object key, Object asker, Exchange scope, Predicate<R> counts, Work<R> work)
            throws IOException, InterruptedException {
        Run<R> own = new Run<>(asker);
        Run<R> other = running.putIfAbsent(key, own);
        if (other == null) {
            return first(own, key, scope, counts, work);
        }
        ScopeWait.await(scope.time(), scope, other.done, TimeSource.NEVER);
        scope.check();
        Exception fault = other.fault;
        if (fault instanceof IOException failure) {
            throw failure;
        }
        if (fault instanceof RuntimeException mistake) {
            throw mistake;
        }
        return other.found;
    }

    private R first(Run<R> own, Object key, Exchange scope, Predicate<R> counts, Work<R> work)
            throws IOException, InterruptedException {
        try {
            R found = work.run();
            own.found = counts.test(found) ? found : null;
            return found;
        } catch (IOException | RuntimeException fault) {
            own.fault = scope.cancelled() == null ? fault : null;
            throw fault;
        } finally {
            running.remove(key, own);
            own.done.fire();
        }
    }
}
