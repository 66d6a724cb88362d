package dev.sluice.balancer.health;

import java.time.Instant;

/**
 * How one probe ended.
 *
 * @param passed whether the upstream answered as it should
 * @param detail what it answered, or what went wrong
 * @param at when the probe began
 * @param tookNanos how long it took
 */
public record ProbeResult(boolean passed, String detail, Instant at, long tookNanos) {}
