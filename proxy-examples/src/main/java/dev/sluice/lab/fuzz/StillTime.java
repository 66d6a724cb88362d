package dev.sluice.lab.fuzz;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A clock that stands still, and that starts what is to run beside by running it at once. */
final class StillTime implements TimeSource {
    @Override
    public long nanos() {
        return 1;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        return () -> {};
    }

    @Override
    public boolean await(Signal signal, long deadlineNanos) {
        throw new IllegalStateException("nothing here may wait");
    }

    @Override
    public Signal start(String name, Runnable work) {
        work.run();
        Signal done = new Signal();
        done.fire();
        return done;
    }
}
