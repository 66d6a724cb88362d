/**
 * What is live about one member of a pool, a class for each part: how many attempts it has, what came of them, what its
 * probes say, its breaker, its limit, its slow start, its drain. Each part owns its state, and nobody else writes it.
 * {@link dev.sluice.balancer.live.AttemptListener} is how an attempt reaches the parts. Exported to nobody.
 *
 * <p>Threads: counts are atomics; the stage of a part changes within one of the pool's {@link
 * dev.sluice.balancer.live.Transitions}. Nothing here blocks.
 */
@NullMarked
package dev.sluice.balancer.live;

import org.jspecify.annotations.NullMarked;
