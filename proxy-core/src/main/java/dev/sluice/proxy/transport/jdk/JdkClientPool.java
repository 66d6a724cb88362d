package dev.sluice.proxy.transport.jdk;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of one client of the JDK's: its own steps, and its look-ups of names. */
final class JdkClientPool {
    private JdkClientPool() {}

    /**
     * Like the pool that the client would make, but its threads end when they are told to. No virtual threads: the client
     * looks names up on them, inside the operating system.
     */
    static ThreadPoolExecutor open() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "sluice-jdk-client");
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
    }
}
