/**
 * Opening connections. {@link dev.sluice.proxy.connect.dial.Dialler} is the entry point: its result is open and
 * checked, with a completed TLS handshake. It does not know the protocol on the connection, nor who uses it. The
 * calling thread decides and waits; closing the channel breaks a wait off.
 */
@NullMarked
package dev.sluice.proxy.connect.dial;

import org.jspecify.annotations.NullMarked;
