package dev.sluice.proxy.scope;

import dev.sluice.proxy.internal.Nanos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time that all attempts of one request together may wait for a response's head. It runs while at least one of them
 * waits: from the last byte of its request to the head. While they only send, or read a body, it stands still. Safe for
 * use by many threads; each {@code nanos} is a time of the exchange's time source.
 */
public final class HeadTime {
    private static final long NEVER = Long.MAX_VALUE;

    private final long limitNanos;
    private long spentNanos;
    private long sinceNanos;
    private int waiting;

    /** Nothing of {@code limit} is spent. */
    public HeadTime(Duration limit) {
        this.limitNanos = Nanos.of(limit);
    }

    /**
     * The wait of one attempt, which has not begun: of this shared time if it has the attempt's limit, else of the
     * attempt's own time.
     */
    public static Wait part(@Nullable HeadTime shared, Duration limit) {
        HeadTime time = shared != null && shared.limitNanos == Nanos.of(limit) ? shared : new HeadTime(limit);
        return time.new Wait();
    }

    /** Returns whether all of it is spent: another attempt would have none. */
    public synchronized boolean isSpent(long nanos) {
        return limitNanos != NEVER && spentNanos(nanos) >= limitNanos;
    }

    private long spentNanos(long nanos) {
        return spentNanos + (waiting > 0 ? nanos - sinceNanos : 0);
    }

    private synchronized long begin(long nanos) {
        if (waiting++ == 0) {
            sinceNanos = nanos;
        }
        return until(nanos);
    }

    private synchronized long until(long nanos) {
        long left = Math.max(0, limitNanos - spentNanos(nanos));
        return limitNanos == NEVER ? NEVER : Nanos.after(nanos, left);
    }

    private synchronized void end(long nanos) {
        if (--waiting == 0) {
            spentNanos += nanos - sinceNanos;
        }
    }

    private synchronized boolean isUntouched() {
        return spentNanos == 0 && waiting == 0;
    }

    /** One attempt's part of it. */
    public final class Wait {
        private boolean waits;
        private boolean over;
        private boolean alone = true;

        private Wait() {}

        /**
         * The attempt waits from now on, unless it does so already.
         *
         * @return until when; {@link Long#MAX_VALUE} for without a limit, as when the wait is over
         */
        public synchronized long begin(long nanos) {
            if (over || waits) {
                return NEVER;
            }
            alone &= isUntouched();
            waits = true;
            return HeadTime.this.begin(nanos);
        }

        /** How long it could wait if it began at this time; to ask spends nothing. */
        public long until(long nanos) {
            return HeadTime.this.until(nanos);
        }

        /** The head is here, or never comes. Has no effect the second time. */
        public synchronized void end(long nanos) {
            over = true;
            if (waits) {
                waits = false;
                HeadTime.this.end(nanos);
            }
        }

        /** Says whose wait a limit was for, for a message about it. */
        public synchronized String whose() {
            return alone ? "" : " of all attempts together";
        }
    }
}
