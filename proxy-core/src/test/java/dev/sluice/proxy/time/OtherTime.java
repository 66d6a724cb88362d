package dev.sluice.proxy.time;

import java.time.Duration;
import java.time.Instant;

/** A clock that delegates to another one, except for methods that a subclass overrides. For tests of each module. */
public abstract class OtherTime implements TimeSource {
    private final TimeSource time;

    protected OtherTime(TimeSource time) {
        this.time = time;
    }

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
        return time.start(name, work);
    }
}
