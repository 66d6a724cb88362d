/**
 * Where messages meet bytes. A {@link dev.sluice.proxy.transport.Transport} has two halves that know nothing of each
 * other: a {@link dev.sluice.proxy.transport.Listener} turns bytes into requests and gives them to a {@link
 * dev.sluice.proxy.transport.Service}; an {@link dev.sluice.proxy.Upstream} turns requests into bytes again. Any
 * listener works with any upstream.
 *
 * <p>Whoever writes a listener, or an adapter of a foreign server, implements {@link
 * dev.sluice.proxy.transport.ClientCall} and drives each request by an {@link dev.sluice.proxy.transport.ExchangeRun}.
 */
@NullMarked
package dev.sluice.proxy.transport;

import org.jspecify.annotations.NullMarked;
