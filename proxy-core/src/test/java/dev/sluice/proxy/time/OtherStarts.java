package dev.sluice.proxy.time;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BiFunction;

/** A clock that starts tasks in a way of a test's own, and is another clock in all else. For tests of each module. */
public record OtherStarts(TimeSource time, BiFunction<String, Runnable, Signal> starts) implements TimeSource {
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
        return starts.apply(name, work);
    }
}
