package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.VirtualThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where the threads of one listener's connections come from.
 *
 * @param threads makes them, and rejects a task for which it has none
 * @param limit how many there may be at once, those of tunnels not counted; another executor knows its own limit
 * @param platform whether they may be platform threads, which do not stay with a connection that waits
 * @param own what ends with the listener, if it does
 */
record DirectListenerPool(
        Executor threads,
        int limit,
        boolean platform,
        @Nullable ExecutorService own) {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A user's executor, or virtual threads if the JVM has them, or else platform threads up to a limit. */
    static DirectListenerPool of(@Nullable Executor given, int limit) {
        if (given != null) {
            return new DirectListenerPool(given, Integer.MAX_VALUE, true, null);
        }
        return VirtualThreads.any()
                .map(virtual -> new DirectListenerPool(virtual, Integer.MAX_VALUE, false, null))
                .orElseGet(() -> platform(limit));
    }

    /** Platform threads up to this limit, which end after 2 s without work. */
    static DirectListenerPool platform(int limit) {
        ExecutorService threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 2, TimeUnit.SECONDS, new SynchronousQueue<>(), DirectListenerPool::thread);
        return new DirectListenerPool(threads, limit, true, threads);
    }

    /** How many of them may wait at once for the rest of a request's head: never all. */
    int heads() {
        return Math.max(1, limit - limit / 4);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "sluice-direct-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Lets the threads end once they are idle. */
    void close() {
        if (own != null) {
            own.shutdown();
        }
    }
}
