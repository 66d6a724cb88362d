package dev.sluice.proxy.origin;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import java.net.URI;

/** Finds out whether a connection can be opened. Called from many threads at once; may block. */
@FunctionalInterface
public interface ConnectCheck {
    /**
     * Opens a connection, does the TLS handshake where the destination is {@code https}, and closes it.
     *
     * @param destination {@code http://host[:port]} or {@code https://…}; a path does not count
     * @param scope the check uses its clock, and its cancellation breaks the check off
     * @throws ProxyException if it cannot be opened: NOT_SENT, with the outcome that says why, or the reason for which
     *     the scope was cancelled
     * @throws InterruptedException if the thread is interrupted while it connects
     */
    void check(URI destination, Exchange scope) throws ProxyException, InterruptedException;
}
