package dev.sluice.proxy.spi;

import dev.sluice.proxy.Capability;
import java.io.IOException;
import java.util.Set;

/** One way of moving messages over a network. Safe for use by many threads. */
public interface Transport extends UpstreamOpener {
    /** What its listeners can do beyond plain requests and responses. */
    Set<Capability> listenerCapabilities();

    /**
     * Opens a server socket and serves its connections.
     *
     * @throws IOException if it cannot listen at the address; the message names it
     */
    Listener listen(Listener.Settings settings, Service service) throws IOException;
}
