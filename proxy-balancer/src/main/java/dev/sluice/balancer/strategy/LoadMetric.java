package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer.Candidate;

/**
 * How loaded a member is: {@link Strategies#leastLoad} and {@link Strategies#powerOfTwoChoices} compare this. Any
 * metric works with any of them. The strategy divides the load by the member's weight; the metric ignores weights.
 * Called from many threads at once; it must not block.
 */
@FunctionalInterface
public interface LoadMetric {
    /**
     * The requests in flight, and those that have failed in the last second or so. Needs no measurement and is right
     * from the first request. It sees a slow member only by the requests that pile up there.
     */
    LoadMetric IN_FLIGHT = StandardMetric.IN_FLIGHT;

    /**
     * The time that a further request is likely to take: the peak-sensitive moving average of the latency, times the
     * requests in flight, recent failures, and this one. For members whose speed differs or changes: a slow one is
     * avoided after its first slow answer, while {@link #IN_FLIGHT} goes on sending it some requests. For requests of
     * very different cost it is worse, as the latency then says more about the request than about the member.
     *
     * <p>A peak fades to 1/e in 2 s ({@link dev.sluice.balancer.UpstreamPool.Builder#latencyDecay}), and three answers
     * in a row that take less than an eighth of the average replace it: so a member that has recovered is used again
     * after some seconds.
     *
     * <p>A member that has not answered yet counts as free while it has nothing in flight, so that it is tried. While
     * it has something in flight, it counts as slower than all others, so that it is not flooded before its first
     * answer. Source: Finagle's {@code PeakEwma}.
     */
    LoadMetric PEAK_EWMA = StandardMetric.PEAK_EWMA;

    /**
     * The load of a member, to be compared with that of others; 0 when it has none, never negative, never NaN.
     *
     * @param nanos the time of the pick, in nanoseconds of the pool's time source
     */
    double load(Candidate member, long nanos);
}
