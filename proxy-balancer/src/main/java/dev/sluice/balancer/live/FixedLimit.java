package dev.sluice.balancer.live;

/** A limit that stays as it is. */
record FixedLimit(int limit) implements ConcurrencyLimit {
    @Override
    public void sample(long latencyNanos, int inFlightAtBegin, boolean dropped, long nanos) {}
}
