/**
 * Which member an attempt goes to. {@link dev.sluice.balancer.pick.MemberPicker} is the entry point: one for each request.
 * The attempt is a {@link dev.sluice.balancer.pick.PoolLease}. Not exported.
 *
 * <p>Threads: a request is carried by one thread at a time; its leases may end on any. Nothing here blocks or takes a lock.
 */
@NullMarked
package dev.sluice.balancer.pick;

import org.jspecify.annotations.NullMarked;
