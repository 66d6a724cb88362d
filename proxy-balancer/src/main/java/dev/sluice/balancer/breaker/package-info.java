/**
 * Circuit breakers: something that fails again and again is not asked for a while. {@link
 * dev.sluice.balancer.breaker.CircuitBreaker} is the state machine, {@link dev.sluice.balancer.breaker.BreakerPolicy}
 * its settings, and {@link dev.sluice.balancer.breaker.CircuitBreakerFilter} puts one around a route or an upstream.
 *
 * <p>Threads: settings are immutable, and everything is safe for use by many threads. A closed breaker takes no lock.
 */
@NullMarked
package dev.sluice.balancer.breaker;

import org.jspecify.annotations.NullMarked;
