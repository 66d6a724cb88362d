/**
 * The members of a pool, and which of them are well. {@link dev.sluice.balancer.topology.PoolState} is the entry point:
 * it holds the view that picks are made in, and the lock under which it is replaced. {@link
 * dev.sluice.balancer.topology.LiveMember} puts the parts of a member together. Not exported.
 *
 * <p>Threads: a view is immutable and is read with one volatile read. Nothing here blocks.
 */
@NullMarked
package dev.sluice.balancer.topology;

import org.jspecify.annotations.NullMarked;
