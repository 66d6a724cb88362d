package dev.sluice.balancer.drain;

import java.time.Duration;

/**
 * How long a pool waits for a member that gets no new requests, and what happens to the requests it still has.
 * Immutable.
 *
 * @param timeout the time in which its requests, and the sessions that are bound to it, can end
 * @param cut whether requests that are left then are cut; one that may be repeated goes on to another member
 */
public record DrainPolicy(Duration timeout, boolean cut) {
    /** 30 s, and nothing is cut. */
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

    /** Waits this long, and lets the rest go on. */
    public static DrainPolicy within(Duration timeout) {
        return new DrainPolicy(timeout, false);
    }

    /** The same, but the rest is cut at the end. */
    public DrainPolicy thenCut() {
        return new DrainPolicy(timeout, true);
    }
}
