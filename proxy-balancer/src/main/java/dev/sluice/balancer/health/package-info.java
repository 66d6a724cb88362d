/**
 * How a pool finds out which members are well. {@link dev.sluice.balancer.health.HealthCheck} says how members are
 * probed, and {@link dev.sluice.balancer.health.EjectionPolicy} when requests take one out; {@link
 * dev.sluice.balancer.health.SlowStart} says how soon a member that is back gets its whole share. The pool's builder
 * takes all three.
 *
 * <p>Threads: settings are immutable; builders are for one thread.
 */
@NullMarked
package dev.sluice.balancer.health;

import org.jspecify.annotations.NullMarked;
