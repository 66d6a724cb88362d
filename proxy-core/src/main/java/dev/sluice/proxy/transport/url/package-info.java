/**
 * Upstreams that a user gives only as a URL, {@link dev.sluice.proxy.transport.url.UrlUpstream}. The owner of the
 * upstream decides once which transport it uses. An owner that lives longer than its upstreams, such as a pool, has an
 * {@link dev.sluice.proxy.transport.url.OwnTransport}; a server replaces the upstream by an opened one. Without a
 * decision it is the direct transport. Exported only to the balancer; safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.transport.url;

import org.jspecify.annotations.NullMarked;
