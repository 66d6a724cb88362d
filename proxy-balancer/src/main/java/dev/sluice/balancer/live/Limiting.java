package dev.sluice.balancer.live;

import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.proxy.limit.adaptive.GradientLimit;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How many attempts a member may have, which follows from their results. Safe for use by many threads. */
public final class Limiting implements AttemptListener {
    private final int fixed;
    private final @Nullable GradientLimit adaptive;

    /**
     * Of a member that is new.
     *
     * @param random spreads the measurements of an adaptive limit
     */
    public Limiting(MemberLimit setup, RandomGenerator random) {
        this.fixed = setup.max();
        this.adaptive = setup.min() == setup.max() ? null : new GradientLimit(gradient(setup), random);
    }

    private static GradientLimit.Setup gradient(MemberLimit setup) {
        return new GradientLimit.Setup(
                setup.min(), setup.max(), setup.initial(), setup.tolerance(), setup.window(), setup.remeasure());
    }

    /** How many it may have now. */
    public int most() {
        return adaptive == null ? fixed : adaptive.limit();
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        if (adaptive == null) {
            return;
        }
        int status = attempt.status();
        boolean dropped = GradientLimit.drops(Objects.requireNonNull(attempt.outcome()), status);
        // An error comes fast and says nothing about how much more the member could do.
        boolean answered = status > 0 && status < 500;
        if (dropped || answered) {
            long latencyNanos = status > 0 ? attempt.latencyNanos() : nanos - attempt.beginNanos();
            adaptive.sample(latencyNanos, attempt.inFlightBefore() + 1, dropped, nanos);
        }
    }
}
