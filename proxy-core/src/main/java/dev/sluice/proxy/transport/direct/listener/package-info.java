/**
 * The side of the direct transport that speaks to clients. {@link
 * dev.sluice.proxy.transport.direct.listener.DirectListener} is the entry point. One thread carries a client's
 * connection; a second one runs beside it only while a tunnel is open. A virtual thread stays from one exchange to the next,
 * a platform thread leaves a connection that waits to a selector. To break off a
 * blocked operation, another thread shuts or closes its {@link dev.sluice.proxy.wire.Wire}; nothing is interrupted.
 */
@NullMarked
package dev.sluice.proxy.transport.direct.listener;

import org.jspecify.annotations.NullMarked;
