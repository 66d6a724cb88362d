/**
 * Which members are out of use because their requests failed, and how they come back. {@link
 * dev.sluice.balancer.eject.Ejection} is the entry point: one for each member. Not exported.
 *
 * <p>Threads: what is counted is safe for use by many threads; a member goes out and comes back within one of the pool's
 * {@link dev.sluice.balancer.live.Transitions}. Nothing here blocks.
 */
@NullMarked
package dev.sluice.balancer.eject;

import org.jspecify.annotations.NullMarked;
