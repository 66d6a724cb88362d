package dev.sluice.balancer.probe;

import dev.sluice.balancer.health.HealthCheck;

/**
 * Up or down, from the results of probes. It begins as up, or as starting.
 *
 * <pre>
 * STARTING --first pass--> UP
 * UP --fall failures in a row, but for those in the grace--> DOWN
 * DOWN --rise passes in a row--> UP
 * </pre>
 *
 * <p>The grace ends with its time or with the first pass. Written by one thread at a time.
 */
final class RiseFall {
    private enum State {
        STARTING,
        UP,
        DOWN
    }

    private final int rise;
    private final int fall;
    private final long graceEndNanos;
    private volatile State state;
    private boolean grace = true;
    private int against;
    private boolean settled;

    /** @param graceEndNanos when the grace ends, at the latest */
    RiseFall(HealthCheck check, long graceEndNanos) {
        this.rise = check.rise();
        this.fall = check.fall();
        this.graceEndNanos = graceEndNanos;
        this.state = check.beginsUp() ? State.UP : State.STARTING;
        this.settled = check.beginsUp();
    }

    boolean up() {
        return state == State.UP;
    }

    boolean starting() {
        return state == State.STARTING;
    }

    /** Whether the last result agreed with the state: if not, the next probe comes soon. */
    boolean settled() {
        return settled;
    }

    /**
     * Counts a result, and returns whether {@link #up} has changed with it.
     *
     * @param nanos when its probe began
     */
    boolean count(boolean passed, long nanos) {
        boolean excused = !passed && grace && nanos < graceEndNanos;
        grace &= !passed;
        if (starting()) {
            return passed && change(State.UP);
        }
        settled = passed == up();
        against = settled || excused ? 0 : against + 1;
        return against >= (up() ? fall : rise) && change(up() ? State.DOWN : State.UP);
    }

    private boolean change(State next) {
        state = next;
        against = 0;
        settled = true;
        return true;
    }
}
