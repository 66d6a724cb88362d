package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Pools;
import java.time.Duration;

/**
 * Streams of HTTP/1.1: each has its own connection of the pool. Immutable.
 *
 * @param endWithoutCloseNotify whether a body that ends with the connection may end over TLS without a close_notify
 * @param lengthBesideChunked whether a response may have a {@code Content-Length} beside chunks
 */
public record Http1Streams(Pools pools, boolean endWithoutCloseNotify, boolean lengthBesideChunked)
        implements OriginStreams {
    @Override
    public OriginStream open(
            ProxyRequest request, Destination destination, AddressRule rule, boolean fresh, Duration idle)
            throws ProxyException, InterruptedException {
        return new Http1Stream(request, pools.acquire(destination, rule, request.exchange(), fresh), this, idle);
    }
}
