/**
 * Ways to pick a member of a pool, each a {@link dev.sluice.proxy.LoadBalancer} in a file of its own.
 * {@link dev.sluice.balancer.strategy.PowerOfTwoChoices} is the pool's default and a good place to start.
 *
 * <p>Threads: a strategy is called from many threads at once; none blocks. An instance belongs to one pool.
 */
@NullMarked
package dev.sluice.balancer.strategy;

import org.jspecify.annotations.NullMarked;
