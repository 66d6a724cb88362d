package dev.sluice.proxy.mirror;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The state of a {@link Mirror}: its share, the copies in flight, and what became of the others. For many threads. */
final class Copies {
    private final int maxInFlight;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder sent = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder serverErrors = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private volatile double share;

    Copies(int maxInFlight, double share) {
        this.maxInFlight = maxInFlight;
        this.share = share;
    }

    double share() {
        return share;
    }

    void share(double next) {
        share = next;
    }

    /** Takes a place for a copy; false if there is none. */
    boolean take() {
        if (inFlight.incrementAndGet() <= maxInFlight) {
            return true;
        }
        giveBack();
        return false;
    }

    void giveBack() {
        inFlight.decrementAndGet();
    }

    void sent() {
        sent.increment();
    }

    void answered(int status) {
        answered.increment();
        if (status >= 500) {
            serverErrors.increment();
        }
    }

    void failed() {
        failed.increment();
    }

    void skipped() {
        skipped.increment();
    }

    Mirror.Counts counts() {
        return new Mirror.Counts(sent.sum(), answered.sum(), serverErrors.sum(), failed.sum(), skipped.sum());
    }
}
