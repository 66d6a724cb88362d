package dev.sluice.proxy.testing;

import dev.sluice.proxy.time.Signal;
import org.jspecify.annotations.Nullable;

/** A task of {@link SimulatedTime}; guarded by its lock. */
final class SimulatedTask {
    final String name;
    final Runnable work;
    final Signal done = new Signal();

    /** Null until it has begun. */
    @Nullable
    Thread thread;

    SimulatedTask(String name, Runnable work) {
        this.name = name;
        this.work = work;
    }

    /** One wait of a task: what wakes an earlier wait late must not wake a later one. */
    static final class Wait {
        final SimulatedTask task;
        boolean interrupted;

        /** Why the wait can never end, or null. */
        @Nullable
        String deadlock;

        Wait(SimulatedTask task) {
            this.task = task;
        }

        /** Returns whether the thread has been interrupted, which it may not have noticed itself yet. */
        boolean isInterrupted() {
            return interrupted || (task.thread != null && task.thread.isInterrupted());
        }
    }
}
