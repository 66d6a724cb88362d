/**
 * The reverse proxy: {@link dev.sluice.proxy.reverse.ReverseProxy} is the handler at the end of a route, which sends a
 * request to an upstream and passes its response back under the rules of HTTP. It asks an {@link
 * dev.sluice.proxy.spi.UpstreamSource} for each attempt, and runs it on the exchange's own thread.
 */
@NullMarked
package dev.sluice.proxy.reverse;

import org.jspecify.annotations.NullMarked;
