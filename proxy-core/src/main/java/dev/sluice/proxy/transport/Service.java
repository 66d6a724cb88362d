package dev.sluice.proxy.transport;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import java.net.InetAddress;
import java.util.Set;

/**
 * What a listener does with the messages it has received. For each: {@link #begin}, then {@link #serve} or, when the
 * message cannot be read, {@link #refuse}; it writes the response, closes it, and ends the exchange with how that
 * went. Called from many threads at once.
 */
public interface Service {
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
