package dev.sluice.proxy.internal;

/** Letting other threads run. */
public final class OtherThreads {
    private OtherThreads() {}

    /**
     * Lets the others that are ready run before this one goes on. Before a read whose bytes are on their way this
     * halves what the read costs on a busy machine: they are there when the thread's turn comes again, and nothing has
     * to be waited for. It is a matter of speed alone.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    public static void first() {
        Thread.yield();
    }
}
