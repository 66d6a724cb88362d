/**
 * What happens when an attempt fails, is slow, or cannot be made. {@link dev.sluice.balancer.retry.RetryPolicy} says
 * which failures are tried again, {@link dev.sluice.balancer.retry.RetryBudget} limits how many, {@link
 * dev.sluice.balancer.retry.HedgePolicy} when a second attempt runs beside a slow one, and {@link
 * dev.sluice.balancer.retry.Parking} how long a request waits when no member is available. The pool's builder takes all
 * of them.
 *
 * <p>Threads: policies are immutable; a budget is safe for use by many threads. Nothing here waits.
 */
@NullMarked
package dev.sluice.balancer.retry;

import org.jspecify.annotations.NullMarked;
