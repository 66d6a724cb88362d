package dev.sluice.proxy.limit.adaptive;

import dev.sluice.proxy.Outcome;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A limit of what is in flight that follows latency; {@link dev.sluice.proxy.limit.AdaptiveLimit} explains it and names its
 * sources.
 *
 * <pre>
 * following ── base too old, or limit halved ──> measuring (limit = min)
 *     ^                                              │
 *     └──────── 25 latencies at min, or time over ───┘
 * </pre>
 *
 * <p>The limit is read without a lock; everything else is under this object's lock, which is held for a few steps.
 */
public final class GradientLimit {
    private static final int WINDOW_SAMPLES = 10;
    private static final int BASE_SAMPLES = 25;
    private static final double MIN_GRADIENT = 0.5;
    private static final double MAX_GRADIENT = 2;
    private static final double BACKOFF = 0.9;
    private static final double JITTER = 0.15;

    private final Setup setup;
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

    /**
     * The options of a limit.
     *
     * @param min the lowest limit, at least 1
     * @param max the highest limit
     * @param initial the limit that it begins with
     * @param tolerance how much longer than the base the median may be before the limit shrinks
     * @param window the time over which latencies are collected before it changes
     * @param remeasure the time after which the base of a busy server is measured again
     */
    public record Setup(int min, int max, int initial, double tolerance, Duration window, Duration remeasure) {}

    /**
     * A limit that has measured nothing.
     *
     * @param random spreads the measurements of the base, so that several proxies do not make theirs at once; it is used
     *     by one thread at a time
     */
    public GradientLimit(Setup setup, RandomGenerator random) {
        this.setup = setup;
        this.windowNanos = setup.window().toNanos();
        this.remeasureNanos = setup.remeasure().toNanos();
        this.random = random;
        this.limit = setup.initial();
        this.estimate = limit;
    }

    /**
     * Returns whether an overloaded server dropped a request: it did not accept a connection or answer in time, or it
     * answered 429 or 503.
     *
     * @param outcome how the request ended
     * @param status of the response, or 0 when none came
     */
    public static boolean drops(Outcome outcome, int status) {
        return status == 429
                || status == 503
                || outcome == Outcome.CONNECT_TIMEOUT
                || outcome == Outcome.SEND_TIMEOUT
                || outcome == Outcome.HEAD_TIMEOUT;
    }

    /** The limit as it is now, at least 1. One volatile read. */
    public int limit() {
        return limit;
    }

    /**
     * Reports how one request ended. Only for those that say something about the server's speed: those that were answered,
     * and those that were {@linkplain #drops dropped}; not those that the client broke off, or that found no server.
     *
     * @param latencyNanos from its begin to the response's head; to the drop for one that was dropped
     * @param inFlightAtBegin how many were in flight when it began, itself included
     * @param dropped whether it was {@linkplain #drops dropped}
     * @param nanos the time of its end
     */
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
