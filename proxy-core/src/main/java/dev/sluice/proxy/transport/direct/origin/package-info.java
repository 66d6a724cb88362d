/**
 * The side of the direct transport that speaks to origins. {@link
 * dev.sluice.proxy.transport.direct.origin.DirectUpstream} is the entry point. A request goes through an {@link
 * dev.sluice.proxy.transport.direct.origin.OriginCall}, which knows limits of time and outcomes, to an {@link
 * dev.sluice.proxy.transport.direct.origin.OriginStream}, which knows bytes and what becomes of the connection. What blocks
 * is broken off by aborting the stream, never by an interrupt.
 */
@NullMarked
package dev.sluice.proxy.transport.direct.origin;

import org.jspecify.annotations.NullMarked;
