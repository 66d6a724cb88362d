package dev.sluice.examples.pages;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Connections over TLS to an example's server, whose certificate must be for the name that is asked for. */
final class ExampleTls {
    private ExampleTls() {}

    static SSLSocket handshake(SSLContext context, ExampleClient client, String name) throws IOException {
        Socket plain =
                new Socket(client.address().getAddress(), client.address().getPort());
        plain.setSoTimeout(10_000);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, name, client.address().getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
        return socket;
    }

    /** The certificate that the server has shown. */
    static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /** Whose certificate the server shows to a client that asks for this name. */
    static String subject(SSLContext context, ExampleClient client, String name) throws IOException {
        try (SSLSocket socket = handshake(context, client, name)) {
            return shown(socket).getSubjectX500Principal().getName();
        }
    }

    /** All that comes back for a request with this line. */
    static String ask(SSLSocket socket, String host) throws IOException {
        socket.getOutputStream().write(ExampleClient.head("GET", "/a", host).getBytes(StandardCharsets.ISO_8859_1));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
