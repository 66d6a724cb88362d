package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.VirtualThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one listener's connections: virtual ones if the JVM has them, else platform threads up to a limit,
 * which end after 10 s without work. Above the limit it rejects and never queues, as a queued connection would wait
 * until another one ends.
 */
final class DirectListenerPool {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private DirectListenerPool() {}

    /** A pool whose {@code execute} throws {@link RejectedExecutionException} when all threads are taken. */
    static Executor open(int threads) {
        return VirtualThreads.any().orElseGet(() -> {
            ThreadPoolExecutor pool =
                    new ThreadPoolExecutor(0, threads, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                        Thread thread = new Thread(work, "sluice-direct-" + NUMBER.incrementAndGet());
                        thread.setDaemon(true);
                        return thread;
                    });
            pool.setRejectedExecutionHandler((work, full) -> {
                throw new RejectedExecutionException("all " + threads + " threads are taken");
            });
            return pool;
        });
    }

    /** Lets the threads end once they are idle. */
    static void close(Executor pool) {
        if (pool instanceof ThreadPoolExecutor platform) {
            platform.shutdown();
        }
    }
}
