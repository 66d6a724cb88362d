/**
 * Types for implementors of a transport, a listener, a pool, or a strategy; users do not need them.
 *
 * <p>A {@link dev.sluice.proxy.spi.Transport} has two halves that know nothing of each other: a {@link
 * dev.sluice.proxy.spi.Listener} turns bytes into requests and gives them to a {@link dev.sluice.proxy.spi.Service}; an
 * {@link dev.sluice.proxy.Upstream} turns requests into bytes again. Any listener works with any upstream. To write a
 * listener, or an adapter of another server, implement {@link dev.sluice.proxy.spi.ClientCall} and drive each request
 * with an {@link dev.sluice.proxy.spi.ExchangeRun}.
 *
 * <p>A strategy is a {@link dev.sluice.proxy.spi.LoadBalancer}. A type that decides about all attempts, like a pool, is
 * a {@link dev.sluice.proxy.spi.UpstreamSource}.
 */
@NullMarked
package dev.sluice.proxy.spi;

import org.jspecify.annotations.NullMarked;
