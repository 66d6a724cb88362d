/**
 * A pool of upstreams behind one address. {@link dev.sluice.balancer.UpstreamPool} is the entry point: it picks a
 * member for each attempt, says whether a failed attempt may go to another member, and knows which members are well.
 *
 * <p>Threads: what is running is an immutable view, swapped by one volatile write; picks read it without a lock.
 * Changes of the topology and of health take one short lock. Nothing here blocks, waits or starts a thread but through
 * the pool's time source.
 */
@NullMarked
package dev.sluice.balancer;

import org.jspecify.annotations.NullMarked;
