package dev.sluice.balancer.pairs;

import dev.sluice.proxy.wire.TestTls;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client's connection, plain or over TLS. */
final class PairClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    PairClient(InetSocketAddress address, boolean tls) throws Exception {
        this.socket = tls ? tls(address) : new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** The answer to a request. */
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        String field(String name) {
            return PairOrigin.field(head, name);
        }
    }

    private static Socket tls(InetSocketAddress address) throws Exception {
        SSLSocket socket = (SSLSocket)
                TestTls.client("localhost").getSocketFactory().createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("localhost")));
        socket.setSSLParameters(parameters);
        return socket;
    }

    void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Answer ask(String request) throws IOException {
        write(request);
        String head = head();
        boolean bodiless = request.startsWith("HEAD ") || head.startsWith("HTTP/1.1 101");
        return new Answer(head, bodiless ? "" : body(head));
    }

    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            head.append(exactly(1));
        }
        return head.toString();
    }

    private String body(String head) throws IOException {
        String length = PairOrigin.field(head, "content-length");
        if (!length.isEmpty()) {
            return exactly(Integer.parseInt(length));
        }
        if (PairOrigin.field(head, "transfer-encoding").isEmpty()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        StringBuilder body = new StringBuilder();
        for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
            body.append(chunk);
        }
        return body.toString();
    }

    /** The content of the next chunk, or empty after the last one, with the trailers skipped. */
    String chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        String content = exactly(size);
        while (!line().isEmpty()) {
            // Skips trailers.
        }
        return content;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (!line.toString().endsWith("\r\n")) {
            line.append(exactly(1));
        }
        return line.substring(0, line.length() - 2);
    }

    String exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the server ended");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
