package dev.sluice.balancer.health;

/** Statuses from one to another, both included. */
record StatusRange(int from, int to) {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if they are no range within 200 to 999; the message shows them
     */
    StatusRange {
        if (from < 200 || to > 999 || from > to) {
            throw new IllegalArgumentException(
                    "health check statuses must be a range within 200 to 999: " + from + " to " + to);
        }
    }

    boolean contains(int status) {
        return status >= from && status <= to;
    }

    @Override
    public String toString() {
        return from == to ? String.valueOf(from) : from + " to " + to;
    }
}
