package dev.sluice.examples.pages;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers with its name, the method and the target. After an upgrade it echoes lines. Safe for use by
 * many threads.
 */
public final class ExampleOrigin implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\nContent-Length: (\\d+)\n");

    private final String name;
    private final ServerSocket server;
    private final @Nullable SSLContext tls;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String field = "";
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean breaksOff;
    private volatile boolean closed;

    /** Starts a server without TLS at a free port of 127.0.0.1. */
    public ExampleOrigin(String name) {
        this(name, null);
    }

    /**
     * @param tls null for a server without TLS
     */
    ExampleOrigin(String name, @Nullable SSLContext tls) {
        this(name, tls, new InetSocketAddress("127.0.0.1", 0));
    }

    /** Starts a server at this address; {@code tls} is null for a server without TLS. */
    public ExampleOrigin(String name, @Nullable SSLContext tls, InetSocketAddress address) {
        this.name = name;
        this.tls = tls;
        try {
            this.server = new ServerSocket(address.getPort(), 100, address.getAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        start(this::accept);
    }

    /** The URL of the server, without a path. */
    public String url() {
        return (tls == null ? "http" : "https") + "://"
                + server.getInetAddress().getHostAddress() + ':' + port();
    }

    /** The port of the server. */
    public int port() {
        return server.getLocalPort();
    }

    /** The answer to a request with this method and target. */
    String answer(String method, String target) {
        return name + ' ' + method + ' ' + target;
    }

    /** The heads of all requests so far, with line ends of one character. */
    public List<String> heads() {
        return List.copyOf(heads);
    }

    /** From now on, answers with this status. */
    public void status(int status) {
        this.status = status;
    }

    /** From now on, answers with this line of the head too. */
    public void field(String line) {
        this.field = line + "\r\n";
    }

    /** From now on, answers no request until the latch is counted down or the server is closed. */
    public CountDownLatch hold() {
        CountDownLatch closed = new CountDownLatch(1);
        gate = closed;
        return closed;
    }

    /** From now on, ends each body by closing the connection, without the close_notify of TLS. */
    void breakOff() {
        this.breaksOff = true;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        gate.countDown();
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
                // This connection was accepted while the others were being closed.
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
            in.skip(length(head));
            awaitGate();
            if (head.indexOf("\nUpgrade: ") >= 0) {
                write(out, "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                write(out, "echo " + in.readLine() + '\n');
                return;
            }
            String[] asked = line.split(" ");
            String body = answer(asked[0], asked[1]);
            String framing = breaksOff ? "Connection: close" : "Content-Length: " + body.length();
            write(out, "HTTP/1.1 " + status + " Said\r\nX-Debug: yes\r\n" + field + framing + "\r\n\r\n" + body);
            if (breaksOff) {
                return;
            }
        }
    }

    private static int length(CharSequence head) {
        Matcher length = LENGTH.matcher(head);
        return length.find() ? Integer.parseInt(length.group(1)) : 0;
    }

    private void awaitGate() throws IOException {
        try {
            if (!gate.await(20, TimeUnit.SECONDS)) {
                throw new IOException("nobody has opened the gate");
            }
        } catch (InterruptedException end) {
            throw new IOException(end);
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
                        // The test or the connection has ended.
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
