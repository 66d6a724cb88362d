package dev.sluice.balancer.internal;

import dev.sluice.proxy.internal.Nanos;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts over a window: a ring of ten buckets, of which the oldest is replaced by an empty one when its turn comes. So
 * a result is forgotten between nine and ten tenths of the window after it came. Many threads may count and read
 * results at once, without locks. A result that is older than the whole ring is not counted.
 */
public final class RollingWindow {
    private static final int BUCKETS = 10;

    private final long bucketNanos;
    private final AtomicReferenceArray<@Nullable Bucket> ring = new AtomicReferenceArray<>(BUCKETS);

    /** A window of this length. */
    public RollingWindow(Duration length) {
        this.bucketNanos = Math.max(1, Nanos.of(length.dividedBy(BUCKETS)));
    }

    /**
     * Counts a success.
     *
     * @param latencyNanos how long it took, or 0 when that is not known
     */
    public void succeeded(long latencyNanos, long nanos) {
        Bucket bucket = at(nanos);
        if (bucket == null) {
            return;
        }
        bucket.succeeded.increment();
        if (latencyNanos > 0) {
            bucket.timed.increment();
            bucket.latencyNanos.add(latencyNanos);
        }
    }

    /** Counts a failure. */
    public void failed(long nanos) {
        Bucket bucket = at(nanos);
        if (bucket != null) {
            bucket.failed.increment();
        }
    }

    /** Notes that one of the counted results was a server error. */
    public void serverError(long nanos) {
        Bucket bucket = at(nanos);
        if (bucket != null) {
            bucket.serverErrors.increment();
        }
    }

    /** What was counted within the window that ends now. */
    public Counts counts(long nanos) {
        long oldest = nanos / bucketNanos - BUCKETS + 1;
        long succeeded = 0;
        long failed = 0;
        long serverErrors = 0;
        long timed = 0;
        long latencyNanos = 0;
        for (int i = 0; i < BUCKETS; i++) {
            Bucket bucket = ring.get(i);
            if (bucket != null && bucket.epoch >= oldest) {
                succeeded += bucket.succeeded.sum();
                failed += bucket.failed.sum();
                serverErrors += bucket.serverErrors.sum();
                timed += bucket.timed.sum();
                latencyNanos += bucket.latencyNanos.sum();
            }
        }
        return new Counts(succeeded, failed, serverErrors, timed, latencyNanos);
    }

    private @Nullable Bucket at(long nanos) {
        long epoch = nanos / bucketNanos;
        int index = (int) (epoch % BUCKETS);
        while (true) {
            Bucket bucket = ring.get(index);
            if (bucket != null && bucket.epoch >= epoch) {
                return bucket.epoch == epoch ? bucket : null;
            }
            Bucket next = new Bucket(epoch);
            if (ring.compareAndSet(index, bucket, next)) {
                return next;
            }
        }
    }

    private static final class Bucket {
        private final long epoch;
        private final LongAdder succeeded = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder serverErrors = new LongAdder();
        private final LongAdder timed = new LongAdder();
        private final LongAdder latencyNanos = new LongAdder();

        private Bucket(long epoch) {
            this.epoch = epoch;
        }
    }

    /**
     * The sums.
     *
     * @param serverErrors those of all that were answered with a server error
     * @param timed the successes of which it is known how long they took
     * @param latencyNanos how long those took together
     */
    public record Counts(long succeeded, long failed, long serverErrors, long timed, long latencyNanos) {}
}
