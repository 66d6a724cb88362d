package dev.sluice.proxy.wire;

import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;

/** A wire that keeps the deadlines of its two directions itself. Who extends it holds to them. */
public abstract class TimedWire implements Wire {
    /** That of reading. */
    protected final Deadline readDeadline;

    /** That of writing. */
    protected final Deadline writeDeadline;

    /** Neither has a deadline yet. */
    protected TimedWire(TimeSource time) {
        this.readDeadline = new Deadline(time);
        this.writeDeadline = new Deadline(time);
    }

    @Override
    public final void readDeadline(long nanos) {
        readDeadline.set(nanos);
    }

    @Override
    public final void writeDeadline(long nanos) {
        writeDeadline.set(nanos);
    }

    @Override
    public final void readTimeout(Duration timeout) {
        readDeadline.each(timeout, TimeSource.NEVER);
    }

    @Override
    public final void writeTimeout(Duration timeout) {
        writeDeadline.each(timeout, TimeSource.NEVER);
    }

    @Override
    public final void writeTimeout(Duration timeout, long nanos) {
        writeDeadline.each(timeout, nanos);
    }
}
