package dev.sluice.balancer.live;

import dev.sluice.balancer.limit.MemberLimit;
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
        boolean dropped = MemberLimit.drops(Objects.requireNonNull(attempt.outcome()), status);
        // An error comes fast and says nothing about how much more the member could do.
        boolean answered = status > 0 && status < 500;
        if (dropped || answered) {
            long latencyNanos = status > 0 ? attempt.latencyNanos() : nanos - attempt.beginNanos();
            limit.sample(latencyNanos, attempt.inFlightBefore() + 1, dropped, nanos);
        }
    }
}
