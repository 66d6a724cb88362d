package dev.sluice.balancer.drain;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * How long a pool waits for a member that gets no new requests, and what happens to the requests it still has.
 * Immutable.
 *
 * @param timeout the time in which its requests, and the sessions that are bound to it, can end
 * @param cut whether requests that are left then are cut; one that may be repeated goes on to another member
 */
public record Drain(Duration timeout, boolean cut) {
    /** 30 s, and nothing is cut. */
    public static final Drain DEFAULT = within(Duration.ofSeconds(30));

    /**
     * Checks the timeout.
     *
     * @throws IllegalArgumentException if it is negative or more than a day; the message has it
     */
    public Drain {
        Require.upTo("drain timeout", Duration.ofDays(1), timeout);
    }

    /** Waits this long, and lets the rest go on. */
    public static Drain within(Duration timeout) {
        return new Drain(timeout, false);
    }

    /** The same with another {@link #cut()}. */
    public Drain withCut(boolean on) {
        return new Drain(timeout, on);
    }

    /**
     * How the drain of a member ended. Immutable.
     *
     * @param member its id
     * @param finished requests that have ended in the meantime
     * @param inFlight requests that it still has, also those that were just cut
     * @param forced requests that were cut
     * @param sessions sessions that were bound to it and are still alive; from now on they go to other members
     * @param took how long it took
     */
    public record Report(String member, long finished, int inFlight, int forced, int sessions, Duration took) {
        /** Returns whether nothing was left. */
        public boolean complete() {
            return inFlight == 0 && forced == 0 && sessions == 0;
        }

        /** The report in a line. */
        @Override
        public String toString() {
            return finished + " finished, " + inFlight + " still in flight, " + forced + " forced, " + sessions
                    + " sessions left after " + took.toMillis() + " ms";
        }
    }
}
