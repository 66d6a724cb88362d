/**
 * The rules about header fields that a proxy has to keep, one small class each: which fields belong to one connection
 * ({@link dev.sluice.proxy.header.rule.HopByHop}), where a message ends ({@link dev.sluice.proxy.header.rule.Framing}),
 * what may be a trailer ({@link dev.sluice.proxy.header.rule.TrailerFields}), how an origin is hidden ({@link
 * dev.sluice.proxy.header.rule.MaskedHead}), and how far TRACE and OPTIONS go ({@link
 * dev.sluice.proxy.header.rule.MaxForwards}). Not exported.
 *
 * <p>Listeners and upstreams use the first two. Everything here is a pure function or an immutable value: safe for use by
 * many threads, without I/O, and without name resolution. A function that changes nothing returns the fields that it was
 * given.
 */
@NullMarked
package dev.sluice.proxy.header.rule;

import org.jspecify.annotations.NullMarked;
