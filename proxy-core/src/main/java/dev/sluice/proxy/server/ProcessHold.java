package dev.sluice.proxy.server;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the process alive while a server is open: all other threads of the library are daemons or virtual, so a program
 * whose {@code main} returns after the start would end. One thread, which does nothing.
 */
final class ProcessHold {
    private volatile boolean released;
    private final Thread thread = new Thread(null, this::hold, "sluice-server", 0, false);

    private ProcessHold() {}

    /** Keeps the process alive until it is given to {@link #release}. */
    static ProcessHold take() {
        ProcessHold hold = new ProcessHold();
        hold.thread.setDaemon(false);
        hold.thread.start();
        return hold;
    }

    private void hold() {
        while (!released) {
            LockSupport.park(this);
        }
    }

    /** Ends what {@link #take} began; has no effect for null. */
    static void release(@Nullable ProcessHold hold) {
        if (hold != null) {
            hold.released = true;
            LockSupport.unpark(hold.thread);
        }
    }
}
