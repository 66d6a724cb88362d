package dev.sluice.proxy.wire;

import dev.sluice.proxy.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The deadline of one direction, and whether a thread is in a call that it limits. The sweep sees both late at worst by
 * nanoseconds, so no fence is paid for on the way of each read and write.
 */
final class Deadline {
    private static final VarHandle NANOS = field("nanos", long.class);
    private static final VarHandle WAITING = field("waiting", boolean.class);

    @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // by its handle
    private long nanos = TimeSource.NEVER;

    @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // by its handle
    private boolean waiting;

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Deadline.class, name, type);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    void set(long deadlineNanos) {
        NANOS.setRelease(this, deadlineNanos);
    }

    void begin() {
        WAITING.setRelease(this, true);
    }

    void end() {
        WAITING.setRelease(this, false);
    }

    /**
     * Tells whether a call is under way past its deadline; {@code waiting} first, since the deadline is set before it.
     */
    boolean overdue(long nowNanos) {
        return (boolean) WAITING.getAcquire(this) && (long) NANOS.getAcquire(this) <= nowNanos;
    }
}
