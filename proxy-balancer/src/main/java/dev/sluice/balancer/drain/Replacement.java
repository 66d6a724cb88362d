package dev.sluice.balancer.drain;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Objects;

/**
 * How one member takes the place of another. Immutable.
 *
 * @param upWithin the time in which the probes of the new member must pass; has no effect in a pool without a health
 *     check
 * @param drain how the old member is drained
 */
public record Replacement(Duration upWithin, Drain drain) {
    /** A minute to come up, and {@link Drain#DEFAULT}. */
    public static final Replacement DEFAULT = new Replacement(Duration.ofMinutes(1), Drain.DEFAULT);

    /**
     * Checks the time.
     *
     * @throws IllegalArgumentException if it is not above 0, or more than a day; the message has it
     */
    public Replacement {
        Require.aboveZero("replace upWithin", Duration.ofDays(1), upWithin);
        Objects.requireNonNull(drain, "drain");
    }

    /** The same with another time to come up; throws as the constructor does. */
    public Replacement withUpWithin(Duration time) {
        return new Replacement(time, drain);
    }

    /** The same with another drain. */
    public Replacement withDrain(Drain policy) {
        return new Replacement(upWithin, policy);
    }

    /**
     * How one member has taken the place of another. Immutable.
     *
     * @param added the id of the new member
     * @param removed how the drain of the old one ended, after which it was removed
     * @param took how long the whole replacement took
     */
    public record Report(String added, Drain.Report removed, Duration took) {}
}
