/**
 * How a pool finds out which members are well. {@link dev.sluice.balancer.health.HealthCheck} says how members are
 * probed, and {@link dev.sluice.balancer.health.EjectionPolicy} when requests alone take one out. Both are given to the
 * pool's builder; {@link dev.sluice.balancer.health.HealthMonitor} does the probing, {@link
 * dev.sluice.balancer.health.PassiveHealth} counts a member's requests, and {@link
 * dev.sluice.balancer.health.PeerComparison} compares members; each can be used without a pool.
 *
 * <p>Threads: settings are immutable. Probes run as tasks of the time source, one at a time for each upstream. Counting
 * takes no lock.
 */
@NullMarked
package dev.sluice.balancer.health;

import org.jspecify.annotations.NullMarked;
