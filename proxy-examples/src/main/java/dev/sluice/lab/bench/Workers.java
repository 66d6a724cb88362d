package dev.sluice.lab.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread for each task: a virtual one where the running JDK has them, else one of the platform. Safe for use by many
 * threads.
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
