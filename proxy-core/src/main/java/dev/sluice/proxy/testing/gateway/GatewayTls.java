package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.gateway.Fault.Kind;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import dev.sluice.proxy.wire.ClientHello;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a gateway: an authority that is made when it is first needed, and a certificate for each name that a client
 * asks for. Safe for use by many threads.
 */
final class GatewayTls {
    /** RFC 8446 §6: a record of type alert and its length, level fatal, protocol_version(70). */
    static final byte[] NO_SHARED_VERSION = {21, 3, 3, 0, 2, 2, 70};

    /** RFC 2606 §2: a name that nobody has. */
    private static final String NOBODY = "wrong-name.invalid";

    private final Map<String, SSLContext> contexts = new HashMap<>();
    private final ClientCertificate clientCertificate;
    private @Nullable TestAuthority authority;

    /** TLS that asks its clients for a certificate of its authority, or not. */
    GatewayTls(ClientCertificate clientCertificate) {
        this.clientCertificate = clientCertificate;
    }

    synchronized TestAuthority authority() {
        if (authority == null) {
            authority = TestAuthority.create();
        }
        return authority;
    }

    /**
     * Reads a ClientHello and nothing behind it.
     *
     * @param first its first byte, which was read already
     */
    static byte[] readHello(int first, InputStream in) throws IOException {
        byte[] hello = {(byte) first};
        for (int missing = ClientHello.missing(hello, 1); missing > 0; ) {
            if (hello.length + missing > ClientHello.MAX_BYTES) {
                throw new SSLHandshakeException("the ClientHello has more than " + ClientHello.MAX_BYTES + " bytes");
            }
            byte[] more = in.readNBytes(missing);
            if (more.length < missing) {
                throw new EOFException("the client ended within the ClientHello");
            }
            int length = hello.length;
            hello = Arrays.copyOf(hello, length + missing);
            System.arraycopy(more, 0, hello, length, missing);
            missing = ClientHello.missing(hello, hello.length);
        }
        return hello;
    }

    /** The name of the server that a ClientHello asks for, in lower case; null for none. */
    static @Nullable String serverName(byte[] hello) {
        return ClientHello.serverName(hello, hello.length);
    }

    /**
     * A TLS connection over {@code socket}, after its handshake.
     *
     * @param hello what was read from the socket already
     * @param fault what is wrong with the certificate, or null
     * @throws SSLException if the handshake fails; the client is told why
     * @throws IOException if the client leaves
     */
    SSLSocket over(Socket socket, byte[] hello, @Nullable Fault fault) throws IOException {
        SSLSocket over = (SSLSocket) context(serverName(hello), fault == null ? null : fault.kind())
                .getSocketFactory()
                .createSocket(socket, new ByteArrayInputStream(hello), false);
        switch (clientCertificate) {
            case NONE -> {}
            case WANTED -> over.setWantClientAuth(true);
            case REQUIRED -> over.setNeedClientAuth(true);
        }
        over.startHandshake();
        return over;
    }

    private synchronized SSLContext context(@Nullable String name, @Nullable Kind fault) {
        return contexts.computeIfAbsent(
                name + " " + fault,
                key -> TlsSettings.builder()
                        .addCertificate(certificate(name, fault))
                        .trust(authority().trust())
                        .build()
                        .context());
    }

    /** A client asks for no name if it connects to an address (RFC 6066 §3), and some do not for localhost either. */
    private TlsCertificate certificate(@Nullable String name, @Nullable Kind fault) {
        if (fault == Kind.WRONG_NAME) {
            return authority().certificate(NOBODY);
        }
        TestAuthority.Issue issue = name == null
                ? authority().issue("localhost", "127.0.0.1", "::1")
                : authority().issue(name);
        if (fault == Kind.EXPIRED_CERTIFICATE) {
            Instant now = TimeSource.system().now();
            issue.from(now.minus(Duration.ofDays(2))).until(now.minus(Duration.ofDays(1)));
        }
        return issue.build();
    }
}
