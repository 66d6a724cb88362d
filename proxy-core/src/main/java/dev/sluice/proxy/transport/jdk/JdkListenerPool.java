package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.internal.VirtualThreads;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The listener's own executor: a virtual thread for each exchange if these do not hold carriers, else, and for TLS, a
 * pool of daemon threads. The pool grows only when no thread is idle, up to the limit of exchanges and {@link #RESERVE}
 * more, for answers of 503 above the limit and for heads that are still arriving. If there is no free thread, a task
 * waits, at most for the request head's timeout.
 */
final class JdkListenerPool {
    /** Threads above the limit of exchanges. */
    static final int RESERVE = 64;

    private static final long IDLE_SECONDS = 30;

    private JdkListenerPool() {}

    /**
     * An executor for at most {@code exchanges} exchanges at once.
     *
     * @param tls whether TLS is spoken: then the server looks up the name of each new client's address, inside the
     *     operating system, where a virtual thread would keep its carrier
     */
    static Executor open(int exchanges, boolean tls) {
        Optional<Executor> free = tls ? Optional.empty() : VirtualThreads.free();
        return free.orElseGet(() -> platform((int) Math.min(Integer.MAX_VALUE, exchanges + (long) RESERVE)));
    }

    /** Ends the threads of an executor that {@link #open} made, each after the exchange that it is in. */
    static void close(Executor executor) {
        if (executor instanceof ThreadPoolExecutor pool) {
            pool.shutdown();
        }
    }

    static ExecutorService platform(int threads) {
        AtomicInteger count = new AtomicInteger();
        IdleFirst line = new IdleFirst();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(0, threads, IDLE_SECONDS, TimeUnit.SECONDS, line, task -> {
            Thread thread = new Thread(task, "sluice-exchange-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        pool.setRejectedExecutionHandler((task, full) -> {
            if (full.isShutdown()) {
                throw new RejectedExecutionException("the listener is closed");
            }
            line.append(task);
        });
        return pool;
    }

    /** Refuses a task if no idle thread waits for it, so that the pool starts another thread before anything waits. */
    private static final class IdleFirst extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }

        private void append(Runnable task) {
            super.offer(task);
        }
    }
}
