/**
 * Where upstreams are that are given as a URL: what the transports and the balancer share. Exported to the balancer alone.
 * Immutable values, for many threads.
 */
@NullMarked
package dev.sluice.proxy.origin;

import org.jspecify.annotations.NullMarked;
