package dev.sluice.proxy.time;

import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.VirtualThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's clock. One daemon thread runs what is scheduled; tasks run on virtual threads, or on cached daemon threads.
 * A thread ends soon after its work, so that the class loader of an unused library can be collected. It holds only the
 * library's own class loader, whichever code has started it.
 */
final class SystemTime implements TimeSource {
    static final SystemTime INSTANCE = new SystemTime();

    private static final Logger LOG = LoggerFactory.getLogger(TimeSource.class);

    private static final long IDLE_SECONDS = 1;

    private final long origin = System.nanoTime();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "timer"));
    private final Executor platform = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, "task"));
    private final Executor tasks = VirtualThreads.free().orElse(platform);

    private SystemTime() {
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, "sluice-" + name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(SystemTime.class.getClassLoader());
        return thread;
    }

    @Override
    public long nanos() {
        return System.nanoTime() - origin;
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        long nanos = delay.isNegative() ? 0 : Nanos.of(delay);
        if (nanos == NEVER) {
            return () -> {};
        }
        Future<?> future = timer.schedule(() -> logged("scheduled task", task), nanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public boolean await(Signal signal, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Thread waiter = Thread.currentThread();
        Runnable unhook = signal.whenFired(() -> LockSupport.unpark(waiter));
        try {
            while (!signal.fired()) {
                long left = deadlineNanos == NEVER ? NEVER : deadlineNanos - nanos();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(signal, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return true;
        } finally {
            unhook.run();
        }
    }

    @Override
    public Signal start(String name, Runnable work) {
        return start(tasks, name, work);
    }

    @Override
    public Signal startNative(String name, Runnable work) {
        return start(platform, name, work);
    }

    private static Signal start(Executor executor, String name, Runnable work) {
        Signal done = new Signal();
        executor.execute(() -> {
            Thread thread = Thread.currentThread();
            String idle = thread.getName();
            thread.setName("sluice-" + name);
            try {
                logged(name, work);
            } finally {
                thread.setName(idle);
                done.fire();
            }
        });
        return done;
    }

    private static void logged(String name, Runnable work) {
        try {
            work.run();
        } catch (Throwable failure) {
            LOG.error("{} failed", name, failure);
        }
    }
}
