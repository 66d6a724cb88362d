package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The TLS of a gateway: an authority that is made when it is first needed. Safe for use by many threads. */
final class GatewayTls {
    private @Nullable TestAuthority authority;
    private @Nullable SSLContext context;

    synchronized TestAuthority authority() {
        if (authority == null) {
            authority = TestAuthority.create();
        }
        return authority;
    }

    private synchronized SSLContext context() {
        if (context == null) {
            context = authority().server("localhost", "127.0.0.1", "::1").context();
        }
        return context;
    }

    /**
     * A TLS connection over {@code socket}.
     *
     * @param consumed what was read from the socket already
     * @throws IOException if the handshake fails
     */
    SSLSocket over(Socket socket, InputStream consumed) throws IOException {
        SSLSocket over = (SSLSocket) context().getSocketFactory().createSocket(socket, consumed, false);
        over.startHandshake();
        return over;
    }
}
