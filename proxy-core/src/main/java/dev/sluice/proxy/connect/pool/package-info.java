/**
 * Keeping connections that serve one HTTP/1.1 request at a time. {@link dev.sluice.proxy.connect.pool.Pools} is the entry
 * point: it opens them with a dialler, and hands them out. Everything here is safe for use by many threads, but for a
 * {@link dev.sluice.proxy.connect.pool.Connection}, which belongs to one exchange.
 */
@NullMarked
package dev.sluice.proxy.connect.pool;

import org.jspecify.annotations.NullMarked;
