package dev.sluice.proxy.wire;

import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.time.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of one direction, and which thread is in a call that it limits. Any thread may set it. With a timeout,
 * the calling thread moves it on whenever a byte has moved, unless somebody has set another one in the meantime. The
 * sweep sees this at most nanoseconds late, so reads and writes need no memory fence.
 */
public final class Deadline {
    private static final VarHandle NANOS = field("nanos", long.class);
    private static final VarHandle CALLER = field("caller", Thread.class);

    /** How often within a timeout a blocked thread is woken to check. */
    private static final int LOOKS = 8;

    private final TimeSource time;

    @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // by its handle
    private long nanos = TimeSource.NEVER;

    @SuppressWarnings("UnusedVariable") // by its handle
    private @Nullable Thread caller;

    /** The caller's: the time for each step, when it is over, and whether no call has begun since. */
    private @Nullable Duration timeout;

    private long ownNanos;
    private long lastNanos = TimeSource.NEVER;
    private boolean fresh;

    /** The sweep's. */
    private long nudgedNanos;

    /** Never, at first. */
    public Deadline(TimeSource time) {
        this.time = time;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Deadline.class, name, type);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Sets it, whatever it was. */
    public void set(long deadlineNanos) {
        NANOS.setRelease(this, deadlineNanos);
    }

    /** Lets each step take this long, from now on, and all of them until {@code untilNanos}. */
    public void each(Duration most, long untilNanos) {
        timeout = most;
        fresh = true;
        lastNanos = untilNanos;
        ownNanos = Math.min(time.deadline(most), untilNanos);
        set(ownNanos);
    }

    /** The calling thread begins a call that it limits. */
    public void begin() {
        if (fresh) {
            fresh = false;
        } else {
            moved();
        }
        CALLER.setRelease(this, Thread.currentThread());
    }

    /** A byte has moved, and more are to come: the time begins again. */
    public void moved() {
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

    /** The call has ended. */
    public void end() {
        CALLER.setRelease(this, null);
    }

    /**
     * Returns whether a call is running after its deadline; the caller is read first, since the deadline is set before
     * it.
     */
    public boolean overdue(long nowNanos) {
        return CALLER.getAcquire(this) != null && (long) NANOS.getAcquire(this) <= nowNanos;
    }

    /**
     * Wakes a blocked virtual thread now and then to check whether a byte can move. By itself it is woken only when a
     * third of the operating system's buffer has gone, and by then a slow reader would count as silent. This has no
     * effect on a thread that is not blocked, or on a platform thread in a system call.
     */
    public void nudge(long nowNanos) {
        Duration most = timeout;
        Thread blocked = (Thread) CALLER.getAcquire(this);
        if (blocked != null && most != null && nowNanos - nudgedNanos >= Nanos.of(most) / LOOKS) {
            nudgedNanos = nowNanos;
            LockSupport.unpark(blocked);
        }
    }
}
