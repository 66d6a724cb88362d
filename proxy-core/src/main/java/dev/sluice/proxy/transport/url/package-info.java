/**
 * Upstreams that a user gives as a URL alone. Whoever is given the URL owns the upstream and says once over which
 * transport it goes: {@link dev.sluice.proxy.transport.url.UrlUpstream} for one that never changes, {@link
 * dev.sluice.proxy.transport.url.OwnTransport} for an owner that lives longer than its upstreams, such as a pool. Where
 * nobody says it, the direct transport is taken. Exported to the balancer alone; safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.transport.url;

import org.jspecify.annotations.NullMarked;
