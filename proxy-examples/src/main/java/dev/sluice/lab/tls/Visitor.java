package dev.sluice.lab.tls;

import dev.sluice.lab.Heads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A client that opens a connection for each request. Like a browser it offers to resume the session of an earlier
 * connection.
 */
final class Visitor {
    private static final int PATIENCE_MILLIS = 20_000;

    private final InetSocketAddress server;
    private final SSLContext context;

    Visitor(InetSocketAddress server, SSLContext context) {
        this.server = server;
        this.context = context;
    }

    /** Does a handshake and a request. Returns the serial number of the server's certificate. */
    BigInteger visit() throws IOException {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.connect(server, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            String request = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String head = Heads.read(in);
            if (!head.startsWith("HTTP/1.1 200 ") || !Heads.skipBody(head, in)) {
                throw new IOException(
                        "not answered: " + head.lines().findFirst().orElse("closed"));
            }
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }
}
