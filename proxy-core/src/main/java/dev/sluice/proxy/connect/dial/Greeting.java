package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.ProxyHeader;
import dev.sluice.proxy.wire.TlsWire;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What goes over a connection before its first request: the PROXY protocol's header, then TLS. For one thread. */
final class Greeting {
    private final Dialler dialler;
    private final FarEnd end;
    private final @Nullable String serverName;

    /** @param serverName the name for TLS that a request has chosen, or null */
    Greeting(Dialler dialler, FarEnd end, @Nullable String serverName) {
        this.dialler = dialler;
        this.end = end;
        this.serverName = serverName;
    }

    /**
     * Sends it; closes the connection when that fails.
     *
     * @return the connection as it is used from now on
     * @throws ProxyException CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED, or the reason for which the scope was cancelled;
     *     NOT_SENT
     */
    Wire send(PlainWire plain) throws ProxyException {
        sendProxyHeader(plain);
        return dialler.destination.scheme().equals("https") ? handshake(plain) : plain;
    }

    private void sendProxyHeader(PlainWire plain) throws ProxyException {
        ProxyProtocol version = dialler.settings.proxyProtocol();
        if (version == null) {
            return;
        }
        try {
            InetSocketAddress source = end.scope().client().address();
            InetSocketAddress destination = end.scope().client().local();
            byte[] header = version == ProxyProtocol.V1
                    ? ProxyHeader.text(source, destination)
                    : ProxyHeader.binary(source, destination);
            // It fits the empty buffer of a new connection, so this does not block.
            plain.write(header, 0, header.length);
        } catch (IOException | RuntimeException cause) {
            plain.close();
            throw end.failed(Outcome.CONNECT_FAILED, "was not sent the PROXY header", cause);
        }
    }

    private Wire handshake(PlainWire plain) throws ProxyException {
        Duration timeout = dialler.settings.handshakeTimeout();
        String name = serverName;
        try {
            TlsSettings settings = dialler.settings.tlsFor(dialler.destination);
            name = name == null ? settings.serverName().orElse(null) : name;
            return TlsWire.connect(
                    plain,
                    settings,
                    name == null ? dialler.authority().host() : name,
                    end.address().getPort(),
                    dialler.destination.protocols(),
                    dialler.time.deadline(timeout));
        } catch (WireTimeoutException late) {
            plain.close();
            throw end.failed(
                    Outcome.CONNECT_TIMEOUT,
                    "did not finish the TLS handshake within " + DurationText.of(timeout),
                    late);
        } catch (IOException | RuntimeException cause) {
            plain.close();
            String what = "failed the TLS handshake" + (name == null ? "" : " for the name " + name);
            throw end.failed(Outcome.TLS_FAILED, what, cause);
        }
    }
}
