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
 * What stands behind a listener, as its {@link ExchangeRun}s call it: for each message {@link #begin}, then {@link
 * #serve} or, when the message cannot be read, {@link #refuse}. Called from many threads at once.
 */
public interface Service {
    /**
     * A handler alone as a service: default limits and timeouts, and the standard error page for what the handler throws.
     *
     * @param listener is told of the exchanges; nothing is logged otherwise
     */
    static Service of(ProxyHandler handler, TimeSource time, ExchangeListener listener) {
        return new HandlerService(handler, time, listener);
    }

    /** What the listener accepts at most. */
    Limits limits();

    /** Returns whether limits know no share for this peer, as it speaks for many clients; none by default. */
    default boolean trusts(InetAddress peer) {
        return false;
    }

    /** Begins an exchange for a message that is arriving. */
    Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim);

    /** Answers a request. Never throws: what goes wrong becomes an error page, and a note in the exchange's record. */
    ProxyResponse serve(ProxyRequest request);

    /** The error page for a message that cannot be made into a request; the connection is closed after it. */
    ProxyResponse refuse(Exchange exchange, ProxyException why);
}
