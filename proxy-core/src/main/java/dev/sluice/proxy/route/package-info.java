/**
 * Which handler a request goes to. A {@link dev.sluice.proxy.route.Route} is conditions, filters and a handler; {@link
 * dev.sluice.proxy.route.Routes} is the table in which a request is looked up, and itself a handler. Start with these
 * two. {@link dev.sluice.proxy.route.RouteMatch} tells filters and handlers what was matched. The path is matched in a
 * normalised copy, {@link dev.sluice.proxy.path.RoutingPath}, and sent on as it was received.
 *
 * <p>All types but the builder are immutable and safe for use by many threads. A running proxy changes its routes by
 * replacing the whole table; a request stays with the table that it began with.
 */
@NullMarked
package dev.sluice.proxy.route;

import org.jspecify.annotations.NullMarked;
