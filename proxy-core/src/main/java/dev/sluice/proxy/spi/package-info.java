/**
 * What implementors need, and users do not: of a transport, of a listener, and of a strategy.
 *
 * <p>A {@link dev.sluice.proxy.spi.Transport} has two halves that know nothing of each other: a {@link
 * dev.sluice.proxy.spi.Listener} turns bytes into requests and gives them to a {@link dev.sluice.proxy.spi.Service}; an
 * {@link dev.sluice.proxy.Upstream} turns requests into bytes again. Any listener works with any upstream. Whoever writes
 * a listener, or an adapter of a foreign server, implements {@link dev.sluice.proxy.spi.ClientCall} and drives each request
 * by an {@link dev.sluice.proxy.spi.ExchangeRun}.
 *
 * <p>A strategy is a {@link dev.sluice.proxy.spi.LoadBalancer}. What decides about attempts as a whole, as a pool does, is
 * a {@link dev.sluice.proxy.UpstreamSource}, which is in the root package as each upstream is one.
 */
@NullMarked
package dev.sluice.proxy.spi;

import org.jspecify.annotations.NullMarked;
