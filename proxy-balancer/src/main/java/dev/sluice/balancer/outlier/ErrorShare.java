package dev.sluice.balancer.outlier;

/**
 * How many of some answers were server errors.
 *
 * @param errors the answers that were
 * @param answers all of them
 */
record ErrorShare(long errors, long answers) {
    /** More than this number of standard deviations is not chance, however often members are compared. */
    private static final double DEVIATIONS = 5;

    double part() {
        return answers == 0 ? 0 : (double) errors / answers;
    }

    ErrorShare and(ErrorShare other) {
        return new ErrorShare(errors + other.errors, answers + other.answers);
    }

    /**
     * Returns whether this share is more than twice that of the peers, and by more than chance explains: the
     * two-proportion z-test with the pooled share. If the peers have errors too, no single member is at fault.
     */
    boolean standsOutFrom(ErrorShare peers) {
        if (answers == 0 || peers.answers == 0 || part() <= 2 * peers.part()) {
            return false;
        }
        double pooled = and(peers).part();
        double deviation = Math.sqrt(pooled * (1 - pooled) * (1.0 / answers + 1.0 / peers.answers));
        return part() - peers.part() > DEVIATIONS * deviation;
    }
}
