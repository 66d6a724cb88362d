/**
 * Session affinity: the requests of one client, or with one key, go to the same member for as long as it is there.
 * {@link dev.sluice.balancer.affinity.Affinity} is the entry point: by a cookie, by a header, or by any key of the
 * request. Affinity is not a strategy: it narrows before the pick, and marks the response.
 *
 * <p>Threads: an affinity is safe for use by many threads; a {@link dev.sluice.balancer.affinity.Session} belongs to
 * one exchange. Nothing here blocks.
 */
@NullMarked
package dev.sluice.balancer.affinity;

import org.jspecify.annotations.NullMarked;
