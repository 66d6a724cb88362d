/**
 * One TCP connection as bytes that block, plain or over TLS. {@link dev.sluice.proxy.wire.Wire} is the entry point;
 * {@link dev.sluice.proxy.wire.PlainWire} and {@link dev.sluice.proxy.wire.TlsWire} make one. On a wire one thread may
 * read while another writes; deadlines, {@code breakInput}, {@code peek}, {@code abort} and {@code close} are for any
 * thread, and never block. {@link dev.sluice.proxy.wire.Watch} calls them from the clock's thread.
 */
@NullMarked
package dev.sluice.proxy.wire;

import org.jspecify.annotations.NullMarked;
