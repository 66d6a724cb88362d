package dev.sluice.proxy.time;

import java.util.function.Predicate;

/** Clocks on which some tasks cannot be started, as on a machine without free threads. For tests of each module. */
public final class WithoutThreads {
    private WithoutThreads() {}

    /** This clock, but tasks with these names are not started. */
    public static TimeSource on(TimeSource time, Predicate<String> refused) {
        return new OtherStarts(time, (name, work) -> {
            if (refused.test(name)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return time.start(name, work);
        });
    }
}
