package dev.sluice.proxy.time;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/** A clock on which some tasks cannot be started, as on a machine that has no thread left. For tests of each module. */
public record WithoutThreads(TimeSource time, Predicate<String> refused) implements TimeSource {
    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public Instant now() {
        return time.now();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        return time.schedule(delay, task);
    }

    @Override
    public boolean await(Signal signal, long deadlineNanos) throws InterruptedException {
        return time.await(signal, deadlineNanos);
    }

    @Override
    public Signal start(String name, Runnable work) {
        if (refused.test(name)) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        return time.start(name, work);
    }
}
