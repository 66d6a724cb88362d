package dev.sluice.balancer.health;

/**
 * Up or down, from the results of probes: up before the first one, down after {@code fall} failures in a row, up again
 * after {@code rise} passes in a row. Written by one thread at a time.
 */
final class RiseFall {
    private final int rise;
    private final int fall;
    private volatile boolean up = true;
    private int against;

    RiseFall(int rise, int fall) {
        this.rise = rise;
        this.fall = fall;
    }

    boolean up() {
        return up;
    }

    /** Counts a result, and tells whether the state has changed with it. */
    boolean count(boolean passed) {
        against = passed == up ? 0 : against + 1;
        if (against < (up ? fall : rise)) {
            return false;
        }
        against = 0;
        up = passed;
        return true;
    }
}
