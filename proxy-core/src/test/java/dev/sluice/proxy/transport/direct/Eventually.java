package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what another thread or the other end of a connection is about to do, 10 seconds at most. */
final class Eventually {
    private Eventually() {}

    static void isTrue(Callable<Boolean> condition) throws Exception {
        TimeSource real = TimeSource.system();
        long deadlineNanos = real.deadline(Duration.ofSeconds(10));
        while (!condition.call()) {
            if (real.nanos() > deadlineNanos) {
                throw new AssertionError("it did not happen within 10 seconds");
            }
            Thread.yield();
        }
    }
}
