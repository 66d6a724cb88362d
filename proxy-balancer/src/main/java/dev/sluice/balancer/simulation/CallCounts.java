package dev.sluice.balancer.simulation;

/**
 * What happened to one request.
 *
 * @param beginNanos when it came
 * @param sent its attempts
 * @param hedges those of them that were sent beside another
 */
record CallCounts(long beginNanos, int sent, int hedges) {}
