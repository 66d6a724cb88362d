package dev.sluice.balancer.live;

import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.proxy.Outcome;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** How many attempts a member may have, which follows from their results. Safe for use by many threads. */
public final class Limiting implements AttemptListener {
    private final ConcurrencyLimit limit;

    /**
     * Of a member that is new.
     *
     * @param random spreads the measurements of an adaptive limit
     */
    public Limiting(MemberLimit setup, RandomGenerator random) {
        this.limit = ConcurrencyLimit.begin(setup, random);
    }

    /** How many it may have now. */
    public int most() {
        return limit.limit();
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        int status = attempt.status();
        boolean dropped = drops(Objects.requireNonNull(attempt.outcome()), status);
        // An error comes fast and says nothing about how much more the member could do.
        boolean answered = status > 0 && status < 500;
        if (dropped || answered) {
            long latencyNanos = status > 0 ? attempt.latencyNanos() : nanos - attempt.beginNanos();
            limit.sample(latencyNanos, attempt.inFlightBefore() + 1, dropped, nanos);
        }
    }

    /**
     * Returns whether an overloaded member dropped an attempt: it did not accept a connection or answer in time, or it
     * answered 429 or 503.
     *
     * @param outcome how the attempt ended
     * @param status of the response, or 0 when none came
     */
    static boolean drops(Outcome outcome, int status) {
        return status == 429
                || status == 503
                || outcome == Outcome.CONNECT_TIMEOUT
                || outcome == Outcome.SEND_TIMEOUT
                || outcome == Outcome.HEAD_TIMEOUT;
    }
}
