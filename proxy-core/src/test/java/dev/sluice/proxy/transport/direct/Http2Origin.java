package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An origin of HTTP/2 without TLS, for which a test writes each frame. For tests of each module. */
public final class Http2Origin implements AutoCloseable {
    private static final int PREFACE_LENGTH = 24;

    private final ServerSocket listener;
    private final int[] settings;
    private final BlockingQueue<Http2Client> accepted = new LinkedBlockingQueue<>();
    private final List<Http2Client> all = new CopyOnWriteArrayList<>();

    /** @param settings numbers and values, which each connection begins with */
    public Http2Origin(int... settings) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.settings = settings;
        Thread acceptor = new Thread(this::accept, "http2-origin");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                // A probe may only connect.
                if (socket.getInputStream().readNBytes(PREFACE_LENGTH).length == PREFACE_LENGTH) {
                    Http2Client connection = Http2Client.server(socket, settings);
                    all.add(connection);
                    accepted.add(connection);
                } else {
                    socket.close();
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** This origin as an upstream. */
    public Upstream upstream(DirectTransport transport, String id) {
        return transport.upstream(
                id, uri(), DirectTransport.OriginOptions.builder().http2(true).build());
    }

    /** The next connection that was opened. */
    public Http2Client connection() throws InterruptedException {
        Http2Client next = accepted.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a connection").isNotNull();
        return next;
    }

    /** How many connections were opened. */
    public int connections() {
        return all.size();
    }

    /** Waits until the proxy has read what was sent on a connection. */
    public static void settle(Http2Client connection) throws Exception {
        connection.frame(out -> FrameWriter.ping(out, 7, false));
        while (connection.await("PING").number() != 7) {
            // One of the proxy's own.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Http2Client each : all) {
            each.close();
        }
    }
}
