package dev.sluice.balancer.outlier;

import dev.sluice.balancer.health.EjectionPolicy;

/**
 * The results of a member's attempts within {@link EjectionPolicy#window()}, since it last came back.
 *
 * @param succeeded the attempts that ended well
 * @param failed those that ended in a failure that counts, see {@link EjectionPolicy#kinds()}
 * @param serverErrors the answers with a server error, which count as failed or, by default, as succeeded
 * @param timed those of the succeeded of which it is known how long they took
 * @param latencySumNanos how long those took together
 */
public record WindowStats(long succeeded, long failed, long serverErrors, long timed, long latencySumNanos) {
    /** All that were counted. */
    public long requests() {
        return succeeded + failed;
    }

    /** The server errors among all. */
    ErrorShare errorShare() {
        return new ErrorShare(serverErrors, requests());
    }

    /** The part that succeeded, 0 to 1; 1 when there were none. */
    public double successRate() {
        return requests() == 0 ? 1 : (double) succeeded / requests();
    }

    /** The part that failed, in percent; 0 when there were none. */
    public double failurePercent() {
        return 100 * (1 - successRate());
    }

    /** How long one took on average, or 0 when that is not known of any. */
    public long meanLatencyNanos() {
        return timed == 0 ? 0 : latencySumNanos / timed;
    }
}
