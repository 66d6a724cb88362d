package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.wire.Alpn;
import dev.sluice.proxy.wire.NoTlsException;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.ProxyHeader;
import dev.sluice.proxy.wire.TlsWire;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes before the first request of a connection: a PROXY header, a TLS handshake, both, or nothing. It has its time,
 * from the moment at which the connection was accepted. For one thread at a time.
 */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final ListenerState listener;
    private final PlainWire raw;
    private final @Nullable ServerTls tls;
    private final boolean speaksProxyProtocol;
    private final long deadlineNanos;
    private Client client;

    Opening(ListenerState listener, PlainWire raw) {
        this.listener = listener;
        this.raw = raw;
        this.tls = listener.tls();
        this.speaksProxyProtocol =
                listener.options().speaksProxyProtocol(raw.remote().getAddress());
        this.deadlineNanos = listener.time().deadline(listener.options().handshakeTimeout());
        this.client = new Client(raw.remote(), raw.local(), null);
    }

    /** Returns whether something comes before the first request. */
    boolean needsInput() {
        return tls != null || speaksProxyProtocol;
    }

    /** When its time is over. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    /**
     * Reads it all. Blocks.
     *
     * @throws NoTlsException if the client seems to speak HTTP without TLS
     */
    Wire open() throws IOException {
        if (speaksProxyProtocol) {
            readProxyHeader();
        }
        if (tls == null) {
            return raw;
        }
        long beginNanos = listener.time().nanos();
        Wire wire = TlsWire.accept(raw, tls, listener.options().alpn() ? Alpn.HTTP_2_OR_1 : List.of(), deadlineNanos);
        listener.counts().handshake(listener.time().nanos() - beginNanos);
        client = new Client(client.address(), client.local(), wire.tls());
        return wire;
    }

    private void readProxyHeader() throws IOException {
        raw.readDeadline(deadlineNanos);
        ProxyHeader.Endpoints said = ProxyHeader.read(raw);
        if (said != null) {
            client = new Client(said.source(), said.destination(), null);
        }
    }

    /** The client, as far as it is known by now. */
    Client client() {
        return client;
    }

    /** Users who set up TLS or the PROXY protocol look for this line: nothing else reports it. */
    void failed(IOException why) {
        endedWithoutTls();
        listener.failedOpenings()
                .happened(times -> LOG.info(
                        "the connection of {} ended before its first request: {}{}{}",
                        raw.remote(),
                        why.toString(),
                        HandshakeHint.of(why),
                        LogLimit.others(times)));
    }

    /** The connection ends before a handshake. */
    void endedWithoutTls() {
        if (tls != null) {
            listener.counts().handshakeFailed();
        }
    }

    /** How it fails if nothing has come in its time. */
    WireTimeoutException late() {
        return new WireTimeoutException(
                speaksProxyProtocol
                        ? "reading was not done by its deadline"
                        : "the TLS handshake was not done by its deadline");
    }
}
