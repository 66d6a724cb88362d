package dev.sluice.proxy.wire;

import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * A wire with TLS over a {@link PlainWire}. Methods that must not block use the wire below, never the SSLSocket, whose
 * close waits for the locks of readers and writers. If a peer ends TCP without a close_notify, the read fails: anybody
 * on the way may have truncated the data.
 */
public final class TlsWire implements Wire {
    private final PlainWire raw;
    private final TlsSocketView view;
    private final SSLSocket socket;
    private final ChosenTls chosen;
    private final SSLSession session;
    private final InputStream in;
    private final OutputStream out;

    TlsWire(PlainWire raw, TlsSocketView view, SSLSocket socket, ChosenTls chosen) throws IOException {
        this.raw = raw;
        this.view = view;
        this.socket = socket;
        this.chosen = chosen;
        this.session = socket.getSession();
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /**
     * Does a server's handshake, with the settings of {@code tls} for the client's server name. Afterwards both
     * deadlines are {@link TimeSource#NEVER}. If it fails, the wire below is closed.
     *
     * @param protocols what is offered by ALPN unless the settings say, the preferred one first; may be empty
     * @param handshakeDeadlineNanos a time of the watch's clock, or {@link TimeSource#NEVER}
     * @throws WireTimeoutException if the deadline passes; then the wire below is aborted
     * @throws NoTlsException if the client does not speak TLS, and seems to speak HTTP; then the wire below stays open
     * @throws javax.net.ssl.SSLException if client and server do not agree, or {@code tls} has no settings for the
     *     name
     * @throws IOException if the connection fails
     */
    public static TlsWire accept(PlainWire raw, ServerTls tls, List<String> protocols, long handshakeDeadlineNanos)
            throws IOException {
        return TlsHandshake.run(raw, handshakeDeadlineNanos, () -> TlsHandshake.server(raw, tls, protocols));
    }

    /**
     * Does a client's handshake. The server is told the name, unless {@code host} is an IP address, and its
     * certificate must be for {@code host}; both unless the settings say otherwise. Afterwards both deadlines are
     * {@link TimeSource#NEVER}. If it fails, the wire below is closed.
     *
     * @param host a name, or an IP address without brackets
     * @param port with the host, the key for TLS sessions
     * @param protocols what is offered by ALPN unless the settings say, the preferred one first; may be empty
     * @param handshakeDeadlineNanos a time of the watch's clock, or {@link TimeSource#NEVER}
     * @throws WireTimeoutException if the deadline passes; then the wire below is aborted
     * @throws javax.net.ssl.SSLException if client and server do not agree, or the certificate is not trusted
     * @throws IOException if the connection fails
     */
    public static TlsWire connect(
            PlainWire raw, TlsSettings tls, String host, int port, List<String> protocols, long handshakeDeadlineNanos)
            throws IOException {
        return TlsHandshake.run(
                raw, handshakeDeadlineNanos, () -> TlsHandshake.client(raw, tls, host, port, protocols));
    }

    @Override
    public InetSocketAddress remote() {
        return raw.remote();
    }

    @Override
    public InetSocketAddress local() {
        return raw.local();
    }

    @Override
    public SSLSession tls() {
        return session;
    }

    /**
     * Returns whether a request for {@code host} may come through this connection: the client has asked for that name
     * in its handshake, or the server has the same settings for it. A check for one name, such as of the client's
     * certificate, must not count for another (RFC 9110 §7.4).
     *
     * @param host of a request's authority, without port; an address, or a name in any case, with or without a dot at
     *     its end
     */
    public boolean serves(String host) {
        return chosen.serves(host);
    }

    /** The application protocol that was agreed on (RFC 7301), or an empty text. */
    public String applicationProtocol() {
        String protocol = socket.getApplicationProtocol();
        return protocol == null ? "" : protocol;
    }

    /**
     * Has the reading thread do this before each read from the wire below, where it may have to wait for the rest of a record.
     * For the thread that reads.
     *
     * @param step neither blocks nor throws
     */
    public void beforeWait(Runnable step) {
        view.beforeWait(step);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        raw.requireReadable();
        view.reader(Thread.currentThread());
        try {
            int n = in.read(target, offset, length);
            view.records().data();
            return n;
        } catch (IOException failure) {
            throw view.cause(failure);
        } finally {
            view.reader(null);
        }
    }

    @Override
    public int available() {
        try {
            return raw.inputBroken() ? 0 : in.available();
        } catch (IOException failed) {
            // The next read reports the failure.
            return 0;
        }
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        out.write(source, offset, length);
    }

    @Override
    public void readDeadline(long nanos) {
        raw.readDeadline(nanos);
    }

    @Override
    public void writeDeadline(long nanos) {
        raw.writeDeadline(nanos);
    }

    @Override
    public void readTimeout(Duration timeout) {
        raw.readTimeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        raw.writeTimeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout, long nanos) {
        raw.writeTimeout(timeout, nanos);
    }

    @Override
    public void breakInput(IOException why) {
        raw.breakInput(why);
    }

    @Override
    public void breakOutput() {
        raw.breakOutput();
    }

    @Override
    public boolean peek() {
        return raw.peek();
    }

    @Override
    public boolean failed() {
        return raw.failed();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
        IOException failure = view.outputFailure();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void abort() {
        raw.abort();
    }

    @Override
    public boolean closed() {
        return raw.closed();
    }

    @Override
    public void close() {
        raw.close();
    }

    /** Both addresses. */
    @Override
    public String toString() {
        return "TLS " + raw;
    }
}
