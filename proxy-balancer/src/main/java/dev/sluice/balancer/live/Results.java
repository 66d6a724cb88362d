package dev.sluice.balancer.live;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The results of a member's attempts: how many were made, how many failed, and how fast it answers. Safe for use by
 * many threads.
 */
public final class Results implements AttemptListener {
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicLong latencyNanos = new AtomicLong();
    private final FadingCount failing = new FadingCount();
    private final PeakEwma peakLatency;

    /**
     * None yet.
     *
     * @param decayNanos in which a peak of the latency fades to 1/e
     */
    public Results(long decayNanos) {
        this.peakLatency = new PeakEwma(decayNanos);
    }

    /** The attempts that were made. */
    public long requests() {
        return requests.sum();
    }

    /** Those of them that failed by the member's fault. */
    public long failures() {
        return failures.sum();
    }

    /** The moving average of the time to a response's head, or 0 while none has come. */
    public long latencyNanos() {
        return latencyNanos.get();
    }

    /** The average that follows a longer latency at once, as it is at this time. */
    public long peakLatencyNanos(long nanos) {
        return peakLatency.at(nanos);
    }

    /** The failures of the last second or so, each of which counts as a request in flight that fades away. */
    public double failing(long nanos) {
        return failing.at(nanos);
    }

    /** The member is used again after it was out: earlier failures and slow answers no longer count. */
    public void forgive() {
        failing.forget();
        peakLatency.forget();
    }

    @Override
    public void given(MemberAttempt attempt) {
        requests.increment();
    }

    /**
     * Moves the average an eighth of the way, as TCP does with its round-trip time (RFC 6298 §2). A fast failure is no
     * sign of speed: it does not change the averages.
     */
    @Override
    public void answered(MemberAttempt attempt, long nanos) {
        long sample = Math.max(1, attempt.latencyNanos());
        long known = Math.max(latencyNanos.get(), peakLatency.at(nanos));
        if (attempt.answeredBadly() && (known == 0 || sample < known)) {
            return;
        }
        latencyNanos.updateAndGet(old -> old == 0 ? sample : Math.max(1, old + (sample - old) / 8));
        peakLatency.add(sample, nanos);
    }

    @Override
    public void silent(MemberAttempt attempt, long nanos) {
        failed(nanos);
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        if (attempt.failure() != null) {
            failed(nanos);
        }
    }

    private void failed(long nanos) {
        failures.increment();
        failing.add(nanos);
        peakLatency.keep(nanos);
    }
}
