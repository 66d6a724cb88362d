package dev.sluice.balancer.drain;

import java.time.Duration;

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
public record DrainReport(String member, long finished, int inFlight, int forced, int sessions, Duration took) {
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
