/**
 * The requests that wait for a member. {@link dev.sluice.balancer.waiting.WaitingRoom} is the entry point: it has the
 * queues of a pool, and calls requests that wait when a member could take one. Not exported.
 *
 * <p>Threads: safe for use by many threads. No thread waits here: a request that waits gets a signal.
 */
@NullMarked
package dev.sluice.balancer.waiting;

import org.jspecify.annotations.NullMarked;
