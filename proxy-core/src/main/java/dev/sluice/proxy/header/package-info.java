/**
 * The rules about header fields that a proxy has to keep, one small class each: what belongs to one connection alone
 * ({@link dev.sluice.proxy.header.HopByHop}), where a message ends ({@link dev.sluice.proxy.header.Framing}), what the
 * origin is told about the client ({@link dev.sluice.proxy.header.Forwarding}) and about the proxies in between
 * ({@link dev.sluice.proxy.header.Via}), and what the client is not told about the origin
 * ({@link dev.sluice.proxy.header.OriginMask}).
 *
 * <p>Listeners and upstreams use the first two; {@link dev.sluice.proxy.header.Forwarding} is where to start for
 * whoever sets up a proxy. Everything here is a pure function or an immutable value: safe for use by many threads,
 * without I/O, and without name resolution. A function that changes nothing returns the fields that it was given.
 */
@NullMarked
package dev.sluice.proxy.header;

import org.jspecify.annotations.NullMarked;
