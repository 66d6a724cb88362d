package dev.sluice.proxy.spi;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.util.Set;

/**
 * The service behind a listener. Its {@link ExchangeRun}s call for each message {@link #begin}, then {@link #serve} or,
 * if the message cannot be read, {@link #refuse}. Called from many threads at once.
 */
public interface Service {
    /**
     * A single handler as a service: default limits and timeouts, and the standard error page for its exceptions.
     *
     * @param listener listens to the exchanges; nothing else is logged
     */
    static Service of(ProxyHandler handler, TimeSource time, ExchangeListener listener) {
        return new HandlerService(handler, time, listener);
    }

    /** The limits of the listener. */
    Limits limits();

    /**
     * Returns whether this peer acts for many clients, so that the share of one client does not limit it; false by
     * default.
     */
    default boolean trusts(InetAddress peer) {
        return false;
    }

    /** Begins an exchange for a message that is arriving. */
    Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim);

    /** Answers a request. Never throws: a failure becomes an error page, and a note in the exchange's record. */
    ProxyResponse serve(ProxyRequest request);

    /** The error page for a message that is not a valid request; the connection is closed after it. */
    ProxyResponse refuse(Exchange exchange, ProxyException why);
}
