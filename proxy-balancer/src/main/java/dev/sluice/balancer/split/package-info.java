/**
 * Blue-green and canary: requests are split between pools, by share, header or cookie, and the shares are moved while
 * it runs. {@link dev.sluice.balancer.split.TrafficSplit} is the entry point, and is used like a pool.
 *
 * <p>Threads: a split is safe for use by many threads; a change of its shares is one volatile write.
 */
@NullMarked
package dev.sluice.balancer.split;

import org.jspecify.annotations.NullMarked;
