/**
 * How many requests a member gets at once, and how many wait while all members are full. {@link
 * dev.sluice.balancer.limit.MemberLimit} is the entry point: a fixed number, or one that follows the member's latency.
 *
 * <p>Threads: policies are immutable; the limit of a member is safe for use by many threads. Nothing here blocks or
 * reads a clock.
 */
@NullMarked
package dev.sluice.balancer.limit;

import org.jspecify.annotations.NullMarked;
