/**
 * The changing state of one member of a pool, a class for each part: its attempts, their results, its probes, its
 * breaker, its limit, its slow start, its drain. Each part owns its state, and no other class writes it. An attempt
 * reports to the parts through {@link dev.sluice.balancer.live.AttemptListener}. Not exported.
 *
 * <p>Threads: counts are atomics; the stage of a part changes within one of the pool's {@link
 * dev.sluice.balancer.live.Transitions}. Nothing here blocks.
 */
@NullMarked
package dev.sluice.balancer.live;

import org.jspecify.annotations.NullMarked;
