/**
 * Our own HTTP/1.1 and HTTP/2 over blocking sockets: {@link dev.sluice.proxy.transport.direct.DirectTransport} is the entry
 * point. It has every {@link dev.sluice.proxy.Capability}.
 *
 * <p>Its side of clients and its side of origins are two packages, which do not know each other. One thread carries a
 * client's connection, from one exchange to the next; with HTTP/2 one reads the connection, and each stream has its own. A
 * second one runs beside an exchange only while a request's body is still arriving, or while a tunnel is open.
 */
@NullMarked
package dev.sluice.proxy.transport.direct;

import org.jspecify.annotations.NullMarked;
