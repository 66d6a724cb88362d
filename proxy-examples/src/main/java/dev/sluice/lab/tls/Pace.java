package dev.sluice.lab.tls;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** When something is due that happens at a fixed rate, however long it takes. Safe for use by many threads. */
final class Pace {
    private final long beginNanos = System.nanoTime();
    private final long gapNanos;
    private final AtomicLong next = new AtomicLong();

    /** @param perSecond 0 for as fast as possible */
    Pace(int perSecond) {
        this.gapNanos = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Waits until the next one is due. Returns when that was, a time of {@link System#nanoTime()}. */
    long await() throws InterruptedException {
        long due = gapNanos == 0 ? System.nanoTime() : beginNanos + next.getAndIncrement() * gapNanos;
        long left = due - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
        return due;
    }
}
