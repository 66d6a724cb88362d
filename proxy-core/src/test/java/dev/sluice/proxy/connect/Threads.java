package dev.sluice.proxy.connect;

import java.util.ArrayList;
import java.util.List;

/** The kinds of threads that the running JDK has. */
public enum Threads {
    PLATFORM,
    VIRTUAL;

    public static List<Threads> all() {
        List<Threads> all = new ArrayList<>(List.of(PLATFORM));
        if (Runtime.version().feature() >= 21) {
            all.add(VIRTUAL);
        }
        return all;
    }

    public Thread start(Runnable work) {
        if (this == PLATFORM) {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        } catch (ReflectiveOperationException absent) {
            throw new IllegalStateException(absent);
        }
    }
}
