/**
 * Opening connections. {@link dev.sluice.proxy.connect.dial.Dialler} is the entry point: its result is open, checked, and
 * past its TLS handshake. Which protocol is spoken then, and who uses the connection when, is not known here. The calling
 * thread decides and waits; what it waits for is broken off by closing the channel.
 */
@NullMarked
package dev.sluice.proxy.connect.dial;

import org.jspecify.annotations.NullMarked;
