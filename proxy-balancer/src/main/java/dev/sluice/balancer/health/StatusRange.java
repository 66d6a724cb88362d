package dev.sluice.balancer.health;

import dev.sluice.proxy.internal.Require;

/** Statuses from one to another, both included. */
record StatusRange(int from, int to) {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if they are not a range within 200 to 999; the message shows them
     */
    StatusRange {
        Require.statuses("health check statuses", from, to);
    }

    boolean contains(int status) {
        return status >= from && status <= to;
    }

    @Override
    public String toString() {
        return from == to ? String.valueOf(from) : from + " to " + to;
    }
}
