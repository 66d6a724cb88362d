/**
 * How a pool finds out which members are well. {@link dev.sluice.balancer.health.HealthCheck} says how members are
 * probed, and {@link dev.sluice.balancer.health.EjectionPolicy} when failed requests alone take one out. Both are given
 * to the pool's builder; {@link dev.sluice.balancer.health.HealthMonitor} does the probing, and can be used without a
 * pool.
 *
 * <p>Threads: settings are immutable. Probes run as tasks of the time source, one at a time for each upstream.
 */
@NullMarked
package dev.sluice.balancer.health;

import org.jspecify.annotations.NullMarked;
