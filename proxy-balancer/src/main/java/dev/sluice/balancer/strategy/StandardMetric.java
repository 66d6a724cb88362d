package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer.Candidate;

/** The metrics that {@link LoadMetric} names. */
enum StandardMetric implements LoadMetric {
    IN_FLIGHT("requests in flight") {
        @Override
        public double load(Candidate member, long nanos) {
            return member.inFlight() + member.failing(nanos);
        }
    },

    PEAK_EWMA("peak EWMA latency") {
        @Override
        public double load(Candidate member, long nanos) {
            double inFlight = member.inFlight() + member.failing(nanos);
            long latencyNanos = member.peakLatencyNanos(nanos);
            return latencyNanos == 0 ? UNMEASURED_NANOS * inFlight : latencyNanos * (inFlight + 1.0);
        }
    };

    /** More than any member that was measured comes to: eleven days. */
    private static final double UNMEASURED_NANOS = 1e15;

    private final String title;

    StandardMetric(String title) {
        this.title = title;
    }

    @Override
    public String toString() {
        return title;
    }
}
