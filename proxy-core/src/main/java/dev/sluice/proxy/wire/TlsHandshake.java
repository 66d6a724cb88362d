package dev.sluice.proxy.wire;

import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Turns a plain wire into a TLS one. Blocks the calling thread, until the deadline at the latest. */
final class TlsHandshake {
    private static final int FIRST_BYTES = 2 * 1024;

    /** RFC 8446 §6: a record of type alert and its length, level fatal, unrecognized_name(112). */
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    /** The same, internal_error(80). */
    private static final byte[] INTERNAL_ERROR = {21, 3, 3, 0, 2, 2, 80};

    private TlsHandshake() {}

    interface Side {
        TlsWire shake() throws IOException;
    }

    static TlsWire run(PlainWire raw, long deadlineNanos, Side side) throws IOException {
        boolean done = false;
        raw.readDeadline(deadlineNanos);
        raw.writeDeadline(deadlineNanos);
        try {
            TlsWire wire = side.shake();
            done = true;
            return wire;
        } catch (NoTlsException open) {
            done = true;
            throw open;
        } catch (WireTimeoutException late) {
            raw.abort();
            throw new WireTimeoutException("the TLS handshake was not done by its deadline");
        } finally {
            if (!done) {
                raw.close();
            }
            raw.readDeadline(TimeSource.NEVER);
            raw.writeDeadline(TimeSource.NEVER);
        }
    }

    static TlsWire client(PlainWire raw, TlsSettings tls, String host, int port, List<String> protocols)
            throws IOException {
        // An absolute name is the same name, but neither SNI nor certificates have its dot (RFC 6066 §3).
        String name = HostName.withoutRootDot(host);
        TlsSocketView view = new TlsSocketView(raw);
        SSLSocket socket = layer(view, tls, name, port);
        tls.apply(socket);
        offer(socket, protocols);
        socket.setSSLParameters(ServerNames.forHost(socket.getSSLParameters(), name));
        return shake(raw, view, socket, ChosenTls.ANY);
    }

    static TlsWire server(PlainWire raw, ServerTls tls, List<String> protocols) throws IOException {
        String asked = serverName(raw);
        String name = asked == null ? null : HostName.withoutRootDot(asked);
        TlsSettings settings;
        try {
            settings = tls.settings(name);
        } catch (RuntimeException | Error fault) {
            raw.write(INTERNAL_ERROR, 0, INTERNAL_ERROR.length);
            throw new SSLException("the TLS settings for " + client(name) + " could not be found: " + fault, fault);
        }
        if (settings == null) {
            raw.write(UNRECOGNIZED_NAME, 0, UNRECOGNIZED_NAME.length);
            throw new SSLHandshakeException("there are no TLS settings for " + client(name));
        }
        TlsSocketView view = new TlsSocketView(raw);
        SSLSocket socket = layer(
                view,
                settings,
                raw.remote().getAddress().getHostAddress(),
                raw.remote().getPort());
        socket.setUseClientMode(false);
        settings.apply(socket);
        offer(socket, protocols);
        return shake(raw, view, socket, new ChosenTls(tls, name, settings));
    }

    /** Unless the settings name some themselves. */
    private static void offer(SSLSocket socket, List<String> protocols) {
        SSLParameters parameters = socket.getSSLParameters();
        if (parameters.getApplicationProtocols().length == 0) {
            parameters.setApplicationProtocols(protocols.toArray(new String[0]));
            socket.setSSLParameters(parameters);
        }
    }

    private static String client(@Nullable String name) {
        return name == null ? "a client that names no host" : "the server name " + name;
    }

    /** With autoClose, since otherwise a failed handshake would wait for the peer's close_notify. */
    private static SSLSocket layer(TlsSocketView view, TlsSettings tls, String host, int port) throws IOException {
        return (SSLSocket) tls.context().getSocketFactory().createSocket(view, host, port, true);
    }

    private static TlsWire shake(PlainWire raw, TlsSocketView view, SSLSocket socket, ChosenTls chosen)
            throws IOException {
        try {
            socket.startHandshake();
            view.records().established();
            return new TlsWire(raw, view, socket, chosen);
        } catch (IOException failure) {
            throw view.cause(failure);
        }
    }

    /** A method begins with a letter, and no record of TLS or SSL does. */
    private static boolean isText(byte first) {
        return Ascii.isLetter(first);
    }

    /** Reads the ClientHello, and puts it back. */
    private static @Nullable String serverName(PlainWire raw) throws IOException {
        byte[] bytes = new byte[FIRST_BYTES];
        int length = 0;
        for (int missing = ClientHello.missing(bytes, 0); missing > 0; missing = ClientHello.missing(bytes, length)) {
            if (length + missing > ClientHello.MAX_BYTES) {
                throw new SSLHandshakeException("the ClientHello has more than " + ClientHello.MAX_BYTES + " bytes");
            }
            if (length + missing > bytes.length) {
                bytes = Arrays.copyOf(bytes, ClientHello.MAX_BYTES);
            }
            for (int end = length + missing; length < end; ) {
                int n = raw.read(bytes, length, bytes.length - length);
                if (n < 0) {
                    throw new EOFException("the client left before its ClientHello was complete");
                }
                length += n;
            }
        }
        if (isText(bytes[0])) {
            throw new NoTlsException("the input is not TLS, and looks like plain HTTP");
        }
        raw.unread(bytes, 0, length);
        return ClientHello.serverName(bytes, length);
    }
}
