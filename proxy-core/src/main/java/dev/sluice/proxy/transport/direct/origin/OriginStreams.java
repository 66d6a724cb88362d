package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.dial.Destination;
import java.time.Duration;

/** Finds a connection for each request. Called from many threads at once. */
@FunctionalInterface
public interface OriginStreams {
    /**
     * A stream for one request, of which nothing has been sent yet. It must be closed, or reach its end.
     *
     * @param rule is asked about the address, whether the connection is new or not
     * @param fresh whether only a new connection, or one used a moment ago, is allowed
     * @param idle how long a write, or a read of the body, may wait for a byte
     * @throws ProxyException if there is no connection: NOT_SENT, with the outcome that says why
     * @throws InterruptedException if the thread is interrupted while it waits or connects
     */
    OriginStream open(ProxyRequest request, Destination destination, AddressRule rule, boolean fresh, Duration idle)
            throws ProxyException, InterruptedException;

    /** Closes the connections to there that nobody uses, other than those of the pools. */
    default void closeIdle(Destination destination) {}
}
