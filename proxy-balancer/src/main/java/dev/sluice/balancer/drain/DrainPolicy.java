package dev.sluice.balancer.drain;

import java.time.Duration;

/**
 * How long a member that gets no new requests is waited for, and what becomes of those it still has. Immutable.
 *
 * @param timeout how long its requests, and the sessions that are bound to it, have to end
 * @param cut whether what is left then is broken off; a request that may be repeated goes on to another member
 */
public record DrainPolicy(Duration timeout, boolean cut) {
    /** 30 seconds, and nothing is broken off. */
    public static final DrainPolicy DEFAULT = within(Duration.ofSeconds(30));

    /**
     * Checks the timeout.
     *
     * @throws IllegalArgumentException if it is negative or more than a day; the message has it
     */
    public DrainPolicy {
        if (timeout.isNegative() || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("drain timeout must be 0 to a day: " + timeout);
        }
    }

    /** Waits so long, and lets go on what is left then. */
    public static DrainPolicy within(Duration timeout) {
        return new DrainPolicy(timeout, false);
    }

    /** The same, but what is left at the end is broken off. */
    public DrainPolicy thenCut() {
        return new DrainPolicy(timeout, true);
    }
}
