/**
 * Many streams on one connection of HTTP/2 (RFC 9113), for blocking code: one thread reads frames and waits for nothing but
 * the connection, and each stream is a {@link dev.sluice.proxy.wire.Wire} to whoever serves it.
 */
@NullMarked
package dev.sluice.proxy.transport.direct.multiplex;

import org.jspecify.annotations.NullMarked;
