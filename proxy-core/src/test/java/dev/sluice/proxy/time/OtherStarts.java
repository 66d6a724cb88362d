package dev.sluice.proxy.time;

import java.util.function.BiFunction;

/** A clock that starts tasks as a test wants it, and otherwise is another clock. For tests of each module. */
public final class OtherStarts extends OtherTime {
    private final BiFunction<String, Runnable, Signal> starts;

    public OtherStarts(TimeSource time, BiFunction<String, Runnable, Signal> starts) {
        super(time);
        this.starts = starts;
    }

    @Override
    public Signal start(String name, Runnable work) {
        return starts.apply(name, work);
    }
}
