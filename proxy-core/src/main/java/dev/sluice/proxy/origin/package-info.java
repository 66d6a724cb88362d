/**
 * Upstreams with a URL: the types that the transports and the balancer share. Exported only to the balancer. Immutable
 * values, for many threads.
 */
@NullMarked
package dev.sluice.proxy.origin;

import org.jspecify.annotations.NullMarked;
