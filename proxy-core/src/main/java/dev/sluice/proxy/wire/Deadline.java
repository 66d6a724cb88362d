package dev.sluice.proxy.wire;

import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of one direction, and which thread is in a call that it limits. Any thread may set it; with a timeout the
 * thread that makes the calls moves it on whenever a byte has moved, unless somebody has set another one meanwhile. The
 * sweep sees all this late at worst by nanoseconds, so no fence is paid for on the way of each read and write.
 */
final class Deadline {
    private static final VarHandle NANOS = field("nanos", long.class);
    private static final VarHandle CALLER = field("caller", Thread.class);

    /** How often in a timeout a thread that is blocked is made to look. */
    private static final int LOOKS = 8;

    private final TimeSource time;

    @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // by its handle
    private long nanos = TimeSource.NEVER;

    @SuppressWarnings("UnusedVariable") // by its handle
    private @Nullable Thread caller;

    /** The caller's own: what it lets each step take, when that is over, and whether no call has begun since. */
    private @Nullable Duration timeout;

    private long ownNanos;
    private long lastNanos = TimeSource.NEVER;
    private boolean fresh;

    /** The sweep's. */
    private long nudgedNanos;

    Deadline(TimeSource time) {
        this.time = time;
    }

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

    /** Lets each step take so long, from now on, and all of them until {@code untilNanos}. */
    void each(Duration most, long untilNanos) {
        timeout = most;
        fresh = true;
        lastNanos = untilNanos;
        ownNanos = Math.min(time.deadline(most), untilNanos);
        set(ownNanos);
    }

    void begin() {
        if (fresh) {
            fresh = false;
        } else {
            moved();
        }
        CALLER.setRelease(this, Thread.currentThread());
    }

    /** A byte has moved, and there are more to come: the time begins again. */
    void moved() {
        Duration most = timeout;
        if (most != null) {
            long next = Math.min(time.deadline(most), lastNanos);
            if (NANOS.compareAndSet(this, ownNanos, next)) {
                ownNanos = next;
            } else {
                timeout = null;
            }
        }
    }

    void end() {
        CALLER.setRelease(this, null);
    }

    /** Returns whether a call is under way past its deadline; the caller first, since the deadline is set before it. */
    boolean overdue(long nowNanos) {
        return CALLER.getAcquire(this) != null && (long) NANOS.getAcquire(this) <= nowNanos;
    }

    /**
     * Makes a virtual thread that is blocked look now and then whether a byte can move. By itself it is woken only when
     * a third of what the operating system holds has gone, and by then a slow reader would be taken for a silent one. A
     * thread that is not blocked, or a platform thread in a system call, takes no notice.
     */
    void nudge(long nowNanos) {
        Duration most = timeout;
        Thread blocked = (Thread) CALLER.getAcquire(this);
        if (blocked != null && most != null && nowNanos - nudgedNanos >= Nanos.of(most) / LOOKS) {
            nudgedNanos = nowNanos;
            LockSupport.unpark(blocked);
        }
    }
}
