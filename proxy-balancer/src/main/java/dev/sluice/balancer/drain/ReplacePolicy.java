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
public record ReplacePolicy(Duration upWithin, DrainPolicy drain) {
    /** A minute to come up, and {@link DrainPolicy#DEFAULT}. */
    public static final ReplacePolicy DEFAULT = new ReplacePolicy(Duration.ofMinutes(1), DrainPolicy.DEFAULT);

    /**
     * Checks the time.
     *
     * @throws IllegalArgumentException if it is not above 0, or more than a day; the message has it
     */
    public ReplacePolicy {
        Require.aboveZero("replace upWithin", Duration.ofDays(1), upWithin);
        Objects.requireNonNull(drain, "drain");
    }

    /** The same with another time to come up; throws as the constructor does. */
    public ReplacePolicy withUpWithin(Duration time) {
        return new ReplacePolicy(time, drain);
    }

    /** The same with another drain. */
    public ReplacePolicy withDrain(DrainPolicy policy) {
        return new ReplacePolicy(upWithin, policy);
    }
}
