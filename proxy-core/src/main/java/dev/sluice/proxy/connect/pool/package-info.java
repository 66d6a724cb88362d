/**
 * Keeping connections that serve one HTTP/1.1 request at a time. {@link dev.sluice.proxy.connect.pool.Pools} is the
 * entry point: it opens them with a dialler, and gives them to requests. Everything here is safe for use by many
 * threads, except a {@link dev.sluice.proxy.connect.pool.Connection}, which belongs to one exchange.
 */
@NullMarked
package dev.sluice.proxy.connect.pool;

import org.jspecify.annotations.NullMarked;
