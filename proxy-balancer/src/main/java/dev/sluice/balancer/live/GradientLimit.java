package dev.sluice.balancer.live;

import dev.sluice.balancer.limit.MemberLimit;
import java.util.random.RandomGenerator;

/**
 * The adaptive limit; {@link MemberLimit} explains it and names its sources.
 *
 * <pre>
 * following ── base too old, or limit halved ──> measuring (limit = min)
 *     ^                                              │
 *     └──────── 25 latencies at min, or time over ───┘
 * </pre>
 *
 * <p>The limit is read without a lock; everything else is under this object's lock, which is held for a few steps.
 */
final class GradientLimit implements ConcurrencyLimit {
    private static final int WINDOW_SAMPLES = 10;
    private static final int BASE_SAMPLES = 25;
    private static final double MIN_GRADIENT = 0.5;
    private static final double MAX_GRADIENT = 2;
    private static final double BACKOFF = 0.9;
    private static final double JITTER = 0.15;

    private final MemberLimit setup;
    private final long windowNanos;
    private final long remeasureNanos;
    private final RandomGenerator random;
    private final RecentLatencies window = new RecentLatencies();
    private final RecentLatencies quiet = new RecentLatencies();

    private volatile int limit;
    /** The limit when nothing is measured, of which {@link #limit} is the whole part. */
    private double estimate;

    private boolean begun;
    private long windowBeginNanos;
    private long lastMedianNanos;
    private int busiest;
    private long backedOffNanos;

    private long baseNanos;
    private boolean baseMeasured;
    private double estimateAtBase;
    private long baseAtNanos;
    private long measureAtNanos;
    private boolean measuring;
    private long measureUntilNanos;

    GradientLimit(MemberLimit setup, RandomGenerator random) {
        this.setup = setup;
        this.windowNanos = setup.window().toNanos();
        this.remeasureNanos = setup.remeasure().toNanos();
        this.random = random;
        this.limit = setup.initial();
        this.estimate = limit;
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public synchronized void sample(long latencyNanos, int inFlightAtBegin, boolean dropped, long nanos) {
        long latency = Math.max(1, latencyNanos);
        if (!begun) {
            begun = true;
            windowBeginNanos = nanos - latency;
            expectBase(nanos);
        }
        if (dropped) {
            backOff(nanos - latency, nanos);
            return;
        }
        if (inFlightAtBegin <= setup.min()) {
            quiet.add(latency);
        }
        if (quiet.count() >= BASE_SAMPLES || (measuring && nanos >= measureUntilNanos)) {
            measured(nanos);
        }
        if (!measuring && nanos - latency >= windowBeginNanos) {
            // What began before the last change of the limit tells nothing of its effect.
            window.add(latency);
            busiest = Math.max(busiest, inFlightAtBegin);
            adjustAtEnd(nanos);
        }
    }

    private void adjustAtEnd(long nanos) {
        // In less than the time of an answer only the quick ones would be in it.
        long length = Math.max(windowNanos, 2 * lastMedianNanos);
        if (window.count() < WINDOW_SAMPLES || nanos - windowBeginNanos < length) {
            return;
        }
        long median = window.median();
        if (!baseMeasured) {
            baseNanos = baseNanos == 0 ? median : Math.min(baseNanos, median);
        }
        double gradient = baseNanos * (1 + setup.tolerance()) / median;
        double next = estimate * Math.max(MIN_GRADIENT, Math.min(MAX_GRADIENT, gradient));
        next += Math.sqrt(next);
        boolean used = busiest >= estimate / 2;
        set(used ? next : Math.min(next, estimate));
        beginWindow(median, nanos);
        boolean halved = estimate < estimateAtBase / 2 && nanos - baseAtNanos >= remeasureNanos / 10;
        if (nanos >= measureAtNanos || halved) {
            measure(nanos);
        }
    }

    /** Once for all that were in flight together, as TCP does (RFC 6582 §3.2). */
    private void backOff(long beginNanos, long nanos) {
        if (beginNanos >= backedOffNanos) {
            backedOffNanos = nanos;
            set(estimate * BACKOFF);
            beginWindow(lastMedianNanos, nanos);
        }
    }

    private void set(double next) {
        estimate = Math.max(setup.min(), Math.min(setup.max(), next));
        limit = measuring ? setup.min() : (int) estimate;
    }

    private void beginWindow(long medianNanos, long nanos) {
        window.clear();
        busiest = 0;
        lastMedianNanos = medianNanos;
        windowBeginNanos = nanos;
    }

    private void measure(long nanos) {
        measuring = true;
        quiet.clear();
        limit = setup.min();
        measureUntilNanos = nanos + Math.max(10 * windowNanos, 20 * lastMedianNanos);
    }

    /** The base is known; one from too few requests does not count, and the old one stays. */
    private void measured(long nanos) {
        if (quiet.count() >= WINDOW_SAMPLES) {
            baseNanos = quiet.median();
            baseMeasured = true;
        }
        quiet.clear();
        if (measuring) {
            measuring = false;
            set(estimate);
            beginWindow(baseNanos, nanos);
        }
        expectBase(nanos);
    }

    private void expectBase(long nanos) {
        estimateAtBase = estimate;
        baseAtNanos = nanos;
        measureAtNanos = nanos + (long) (remeasureNanos * (1 + JITTER * random.nextDouble()));
    }

    /** The limit and what it rests on. */
    @Override
    public synchronized String toString() {
        return "limit " + limit + ", base " + baseNanos / 1_000 + " us" + (measuring ? ", measuring" : "");
    }
}
