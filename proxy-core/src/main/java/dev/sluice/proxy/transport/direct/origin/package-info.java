/**
 * The side of the direct transport that speaks to origins. {@link
 * dev.sluice.proxy.transport.direct.origin.DirectUpstream} is the entry point. A request goes through an {@link
 * dev.sluice.proxy.transport.direct.origin.OriginCall}, which knows timeouts and outcomes, to an {@link
 * dev.sluice.proxy.transport.direct.origin.OriginStream}, which knows the bytes and the connection. To break off a
 * blocked operation, the stream is aborted; nothing is interrupted.
 */
@NullMarked
package dev.sluice.proxy.transport.direct.origin;

import org.jspecify.annotations.NullMarked;
