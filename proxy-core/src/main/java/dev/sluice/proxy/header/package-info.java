/**
 * The rules about header fields that users configure: what the origin learns about the client ({@link
 * dev.sluice.proxy.header.Forwarding}) and about the proxies in between ({@link dev.sluice.proxy.header.Via}), and what is
 * hidden about the origin ({@link dev.sluice.proxy.header.OriginMask}).
 *
 * <p>{@link dev.sluice.proxy.header.Forwarding} is where to start. Everything here is an immutable value: safe for use by
 * many threads, without I/O, and without name resolution.
 */
@NullMarked
package dev.sluice.proxy.header;

import org.jspecify.annotations.NullMarked;
