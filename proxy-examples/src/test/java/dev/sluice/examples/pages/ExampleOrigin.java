package dev.sluice.examples.pages;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers with its name in the example, the method and the target, and after an upgrade with what it
 * gets. Safe for use by many threads.
 */
final class ExampleOrigin implements AutoCloseable {
    private final String name;
    private final ServerSocket server;
    private final @Nullable SSLContext tls;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile boolean breaksOff;
    private volatile boolean closed;

    /** @param tls null to speak in clear */
    ExampleOrigin(String name, @Nullable SSLContext tls) {
        this.name = name;
        this.tls = tls;
        try {
            this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        start(this::accept);
    }

    String url() {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + port();
    }

    int port() {
        return server.getLocalPort();
    }

    /** What it answers to a request for this. */
    String answer(String method, String target) {
        return name + ' ' + method + ' ' + target;
    }

    /** The heads of all requests so far. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    /** Answers with this status from now on. */
    void status(int status) {
        this.status = status;
    }

    /** Ends each body with the connection from now on, and that without the close_notify of TLS. */
    void breakOff() {
        this.breaksOff = true;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        for (Socket client : clients) {
            client.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            clients.add(client);
            if (closed) {
                // Accepted while the others were being closed.
                client.close();
                return;
            }
            start(() -> {
                try (client) {
                    serve(client);
                }
            });
        }
    }

    private void serve(Socket plain) throws IOException {
        Socket client = plain;
        if (tls != null) {
            SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), false);
            secured.setUseClientMode(false);
            client = secured;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        OutputStream out = client.getOutputStream();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            StringBuilder head = new StringBuilder();
            for (String each = line; each != null && !each.isEmpty(); each = in.readLine()) {
                head.append(each).append('\n');
            }
            heads.add(head.toString());
            if (head.indexOf("\nUpgrade: ") >= 0) {
                write(out, "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                write(out, "echo " + in.readLine() + '\n');
                return;
            }
            String[] asked = line.split(" ");
            String body = answer(asked[0], asked[1]);
            String framing = breaksOff ? "Connection: close" : "Content-Length: " + body.length();
            write(out, "HTTP/1.1 " + status + " Said\r\nX-Debug: yes\r\n" + framing + "\r\n\r\n" + body);
            if (breaksOff) {
                return;
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void start(Service service) {
        Thread thread = new Thread(
                () -> {
                    try {
                        service.run();
                    } catch (IOException closed) {
                        // The end of the test, or of a connection.
                    }
                },
                "example-origin");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Service {
        void run() throws IOException;
    }
}
