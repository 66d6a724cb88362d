/**
 * Our own HTTP/1.1 over blocking sockets: {@link dev.sluice.proxy.transport.direct.DirectTransport} is the entry point.
 * It has every {@link dev.sluice.proxy.Capability}.
 *
 * <p>Its side of clients and its side of origins are two packages, which do not know each other. One thread carries a
 * client's connection, from one exchange to the next. A second one runs beside it only while a request's body is still
 * arriving, or while a tunnel is open.
 */
@NullMarked
package dev.sluice.proxy.transport.direct;

import org.jspecify.annotations.NullMarked;
