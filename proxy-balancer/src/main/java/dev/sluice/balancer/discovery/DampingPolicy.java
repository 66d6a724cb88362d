package dev.sluice.balancer.discovery;

/**
 * How fast members are taken away, see {@link DiscoveryFeed.Builder}. Immutable.
 *
 * @param holdNanos the first hold-down
 * @param mostHoldNanos the longest, and how long a member must stay until its coming and going is forgotten
 * @param allowEmpty whether an answer without members is believed
 * @param minShare an answer with less than this part of the members that were there before is not believed
 */
record DampingPolicy(long holdNanos, long mostHoldNanos, boolean allowEmpty, double minShare) {}
