package dev.sluice.lab.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that does something else to some requests than to answer them at once. */
final class RudeServer implements AutoCloseable {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    private final Rudeness rudeness;

    /** What is done before an answer. */
    interface Rudeness {
        /**
         * Returns when the request is to be answered; throws to close the connection.
         *
         * @param number the request's number on its connection, from 0
         */
        void before(Socket client, int number) throws IOException, InterruptedException;
    }

    RudeServer(Rudeness rudeness) throws IOException {
        this.rudeness = rudeness;
        Workers.start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Workers.start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            HeadReader requests = new HeadReader(client.getInputStream());
            OutputStream out = client.getOutputStream();
            for (int number = 0; requests.next(); number++) {
                rudeness.before(client, number);
                out.write(ANSWER);
            }
        } catch (IOException | InterruptedException gone) {
            // The client sees that it is closed.
        }
    }
}
