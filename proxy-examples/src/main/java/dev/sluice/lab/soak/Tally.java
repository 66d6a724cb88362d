package dev.sluice.lab.soak;

import java.util.concurrent.atomic.LongAdder;

/** Counts the results that the clients of a soak have seen. */
final class Tally {
    private final LongAdder answered = new LongAdder();
    private final LongAdder left = new LongAdder();
    private final LongAdder broken = new LongAdder();

    void answered() {
        answered.increment();
    }

    void left() {
        left.increment();
    }

    void broken() {
        broken.increment();
    }

    long requests() {
        return answered.sum() + left.sum() + broken.sum();
    }

    @Override
    public String toString() {
        return answered + " answered, " + left + " left by the client, " + broken + " broken off";
    }
}
