/**
 * How a pool finds out which members are well. {@link dev.sluice.balancer.health.HealthCheck} says how members are
 * probed, and {@link dev.sluice.balancer.health.EjectionPolicy} when requests alone take one out; {@link
 * dev.sluice.balancer.health.SlowStart} says how soon one that is back gets its whole share. All three are given to the pool's
 * builder.
 *
 * <p>Threads: settings are immutable; builders are for one thread.
 */
@NullMarked
package dev.sluice.balancer.health;

import org.jspecify.annotations.NullMarked;
