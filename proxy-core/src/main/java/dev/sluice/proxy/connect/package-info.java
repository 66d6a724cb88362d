/**
 * Opening connections to origins, and keeping them. {@link dev.sluice.proxy.connect.Connector} is the entry point, and
 * the one place of the library that opens a connection: it resolves a name, asks an {@link
 * dev.sluice.proxy.connect.AddressRule} about every address just before it connects to exactly that one, and keeps
 * what is open for the next request. Everything here is safe for use by many threads, but for a {@link
 * dev.sluice.proxy.connect.Connection}, which belongs to one exchange.
 */
@NullMarked
package dev.sluice.proxy.connect;

import org.jspecify.annotations.NullMarked;
