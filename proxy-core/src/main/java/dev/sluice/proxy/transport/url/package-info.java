/**
 * Upstreams that a user gives as a URL alone, {@link dev.sluice.proxy.transport.url.UrlUpstream}. Whoever is given the URL
 * owns the upstream and says once over which transport it goes: an owner that lives longer than its upstreams, such as a
 * pool, by its {@link dev.sluice.proxy.transport.url.OwnTransport}; a server by opening another one in its place. Where
 * nobody says it, the direct transport is taken. Exported to the balancer alone; safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.transport.url;

import org.jspecify.annotations.NullMarked;
