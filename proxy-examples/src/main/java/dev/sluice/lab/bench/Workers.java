package dev.sluice.lab.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts a thread for each task: a virtual thread if the running JDK has them, otherwise a platform thread. Safe for
 * use by many threads.
 */
final class Workers {
    private static final Executor EXECUTOR = executor();

    private Workers() {}

    static void start(Runnable task) {
        EXECUTOR.execute(task);
    }

    private static Executor executor() {
        try {
            return (Executor) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invoke();
        } catch (Throwable absent) {
            return Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task);
                thread.setDaemon(true);
                return thread;
            });
        }
    }
}
