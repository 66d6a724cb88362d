package dev.sluice.balancer.live;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts a member has. Safe for use by many threads.
 *
 * <p>A member whose upstream the pool has made ends with its last attempt after its removal. Then the count is closed,
 * so that a pick that still saw the old topology cannot begin another attempt, and the upstream is closed too.
 */
public final class InFlight implements AttemptListener {
    /** The count after the member's end. */
    private static final int CLOSED = -1;
    /** A field instead of an object: a full scan reads those of all members. */
    private static final AtomicIntegerFieldUpdater<InFlight> COUNT =
            AtomicIntegerFieldUpdater.newUpdater(InFlight.class, "count");

    private final LongAdder total;
    private final @Nullable Runnable close;
    private volatile int count;
    private volatile boolean retired;

    /**
     * None yet.
     *
     * @param total counts the attempts of all members
     * @param close closes the upstream at the member's end; null for an upstream that somebody else closes
     */
    public InFlight(LongAdder total, @Nullable Runnable close) {
        this.total = total;
        this.close = close;
    }

    /** How many there are. */
    public int count() {
        return Math.max(0, count);
    }

    /** Takes a place, if fewer than {@code most} are taken and the member has not ended. */
    public boolean acquire(int most) {
        while (true) {
            int now = count;
            if (now < 0 || now >= most) {
                return false;
            }
            if (COUNT.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
    }

    /** The place that was taken is for an attempt, and not given back. */
    public void used() {
        total.increment();
    }

    /** Gives a place back that no attempt was made for. */
    public void giveBack() {
        if (COUNT.decrementAndGet(this) == 0 && retired) {
            closeIfLast();
        }
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        total.decrement();
        giveBack();
    }

    /** The member has been removed. */
    public void retire() {
        retired = true;
        closeIfLast();
    }

    /** Returns whether the member has been removed. */
    public boolean retired() {
        return retired;
    }

    private void closeIfLast() {
        if (close != null && COUNT.compareAndSet(this, 0, CLOSED)) {
            close.run();
        }
    }
}
