package dev.sluice.proxy.time;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that happens at most once, and that a thread can wait for with {@link TimeSource#await}. Firing twice is
 * the same as firing once. Safe for use by many threads.
 */
public final class Signal {
    private final List<Runnable> hooks = new ArrayList<>(1);
    private volatile boolean fired;

    /** Makes a signal that has not fired. */
    public Signal() {}

    /** Returns whether {@link #fire()} has been called. */
    public boolean fired() {
        return fired;
    }

    /** Fires: every waiting thread goes on, and every hook runs on the calling thread, in the order of registration. */
    public void fire() {
        List<Runnable> toRun;
        synchronized (hooks) {
            if (fired) {
                return;
            }
            fired = true;
            toRun = List.copyOf(hooks);
            hooks.clear();
        }
        toRun.forEach(Runnable::run);
    }

    /**
     * Runs {@code hook} when the signal fires, on the thread that fires it, or at once on the calling thread if it has
     * already fired. The hook must neither block nor throw.
     *
     * @return takes the hook back; has no effect once it has run
     */
    public Runnable whenFired(Runnable hook) {
        synchronized (hooks) {
            if (!fired) {
                hooks.add(hook);
                return () -> remove(hook);
            }
        }
        hook.run();
        return () -> {};
    }

    private void remove(Runnable hook) {
        synchronized (hooks) {
            hooks.remove(hook);
        }
    }
}
