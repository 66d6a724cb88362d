package dev.sluice.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.hpack.Decoder;
import dev.sluice.proxy.http2.hpack.Encoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A client of HTTP/2 that sends what it is told, also what no client may send, and does nothing by itself but acknowledge
 * settings. What comes is read by a thread of its own.
 */
public final class Http2Client implements AutoCloseable {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Socket socket;
    private final Encoder encoder = new Encoder();
    private final Decoder decoder = new Decoder(1 << 20);
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Event> kept = new ArrayList<>();
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();
    private volatile Set<String> hidden = Set.of();

    /** The window that the server opens by itself. */
    private volatile long opened;

    /**
     * Something that came.
     *
     * @param kind HEADERS, DATA, RST_STREAM, PING, GOAWAY, SETTINGS, WINDOW_UPDATE, or END for the connection's end
     * @param text fields, each as {@code name: value} and a line end; the bytes of DATA; the code of an error
     * @param number an increment, the last stream of a GOAWAY, or what a PING has
     */
    public record Event(String kind, int stream, String text, boolean end, long number) {}

    private Http2Client(Socket socket) throws IOException {
        this.socket = socket;
        // A small frame does not wait for what acknowledges the one before.
        socket.setTcpNoDelay(true);
    }

    /** A client whose preface has been sent. */
    public static Http2Client connect(InetSocketAddress address) throws IOException {
        return of(new Socket(address.getAddress(), address.getPort()));
    }

    /** The same over a connection that is open. */
    public static Http2Client of(Socket socket) throws IOException {
        Http2Client client = new Http2Client(socket);
        client.raw(PREFACE.getBytes(StandardCharsets.US_ASCII));
        client.frame(FrameWriter::settings);
        client.start();
        return client;
    }

    /** A client whose preface has been sent, and that takes as little as it can before {@link #listen}. */
    public static Http2Client deaf(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 * 1024);
        socket.connect(address);
        Http2Client client = new Http2Client(socket);
        client.raw(PREFACE.getBytes(StandardCharsets.US_ASCII));
        client.frame(FrameWriter::settings);
        return client;
    }

    /** Begins to read. */
    public void listen() {
        start();
    }

    /** The other side: a server whose client has sent the preface, and that has sent its settings. */
    public static Http2Client server(Socket socket, int... settings) throws IOException {
        Http2Client server = new Http2Client(socket);
        server.frame(out -> FrameWriter.settings(out, settings));
        server.start();
        return server;
    }

    /** A client that has sent nothing. */
    public static Http2Client silent(Socket socket) throws IOException {
        Http2Client client = new Http2Client(socket);
        client.start();
        return client;
    }

    private void start() {
        Thread reader = new Thread(this::read, "http2-client");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            FrameReader reader = new FrameReader(socket.getInputStream()::read, 1 << 20, new Heard());
            while (reader.next()) {
                // Each frame is an event.
            }
            events.add(new Event("END", 0, "", true, 0));
        } catch (IOException | RuntimeException failed) {
            events.add(new Event("END", 0, String.valueOf(failed), true, 0));
        }
    }

    /** Sends bytes as they are. */
    public void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends a frame. */
    public void frame(Consumer<OutputBuffer> frame) throws IOException {
        OutputBuffer out = new OutputBuffer(256);
        frame.accept(out);
        synchronized (this) {
            socket.getOutputStream().write(out.bytes(), 0, out.size());
        }
    }

    /** Sends a frame of any type with any payload. */
    public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        frame(out -> {
            out.put(payload.length >> 16);
            out.put(payload.length >> 8);
            out.put(payload.length);
            out.put(type);
            out.put(flags);
            out.put(stream >> 24);
            out.put(stream >> 16);
            out.put(stream >> 8);
            out.put(stream);
            out.put(payload, 0, payload.length);
        });
    }

    /** Sends HEADERS with these names and values, in this order. */
    public void headers(int stream, boolean end, String... namesAndValues) throws IOException {
        OutputBuffer block = block(namesAndValues);
        frame(out -> FrameWriter.fields(out, stream, block, Frames.PAYLOAD, end));
    }

    /** From now on, fields of these names must never be put into a table. */
    public void hide(String... names) {
        hidden = Set.of(names);
    }

    /** The names of those that came with that demand. */
    public Set<String> secrets() {
        return Set.copyOf(secrets);
    }

    /** A block of these names and values. */
    public OutputBuffer block(String... namesAndValues) {
        OutputBuffer block = new OutputBuffer(256);
        encoder.begin(block);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            encoder.field(block, namesAndValues[i], namesAndValues[i + 1], hidden.contains(namesAndValues[i]));
        }
        return block;
    }

    /** Sends a GET without a body, and perhaps more fields. */
    public void get(int stream, String path, String... more) throws IOException {
        headers(stream, true, request("GET", path, more));
    }

    /** The fields of a request. */
    public static String[] request(String method, String path, String... more) {
        List<String> all =
                new ArrayList<>(List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "a.test"));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    /** Asks for a WebSocket (RFC 8441 §5.1), with these more fields. */
    public void askForWebSocket(int stream, String path, String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                path,
                ":authority",
                "a.test",
                "sec-websocket-version",
                "13"));
        all.addAll(List.of(more));
        headers(stream, false, all.toArray(new String[0]));
    }

    /** Sends DATA. */
    public void data(int stream, boolean end, byte[] bytes) throws IOException {
        frame(out -> {
            FrameWriter.dataHead(out, stream, bytes.length, end);
            out.put(bytes, 0, bytes.length);
        });
    }

    /** Sends DATA. */
    public void data(int stream, boolean end, String text) throws IOException {
        data(stream, end, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends WINDOW_UPDATE. */
    public void window(int stream, int increment) throws IOException {
        frame(out -> FrameWriter.window(out, stream, increment));
    }

    /** Sends RST_STREAM. */
    public void reset(int stream, ErrorCode code) throws IOException {
        frame(out -> FrameWriter.reset(out, stream, code));
    }

    /** The next event of this kind; others before it are kept for later. */
    public Event await(String kind) throws InterruptedException {
        return await(kind, -1);
    }

    /** The next event of this kind for a stream. */
    public Event await(String kind, int stream) throws InterruptedException {
        for (int i = 0; i < kept.size(); i++) {
            if (fits(kept.get(i), kind, stream)) {
                return kept.remove(i);
            }
        }
        while (true) {
            Event next = events.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("%s of stream %s, among %s", kind, stream, kept).isNotNull();
            if (fits(next, kind, stream)) {
                return next;
            }
            assertThat(next.kind())
                    .as("%s instead of %s; before it %s", next, kind, kept)
                    .isNotEqualTo("END");
            kept.add(next);
        }
    }

    private static boolean fits(Event event, String kind, int stream) {
        return event.kind().equals(kind) && (stream < 0 || event.stream() == stream);
    }

    /** What has come and nobody has asked for yet, up to now. */
    public List<Event> others() {
        events.drainTo(kept);
        return List.copyOf(kept);
    }

    /** The fields of the next response head of a stream. */
    public String head(int stream) throws InterruptedException {
        return await("HEADERS", stream).text();
    }

    /** The body of a stream up to its end, and the trailers behind it; the window is opened for it. */
    public String body(int stream) throws Exception {
        StringBuilder body = new StringBuilder();
        while (true) {
            Event next = next(stream);
            body.append(next.text());
            if (next.end()) {
                return body.toString();
            }
            if (!next.text().isEmpty()) {
                window(stream, next.text().length());
                window(0, next.text().length());
            }
        }
    }

    /** The next event of a stream: fields, DATA, or its reset; or the connection's end. */
    public Event next(int stream) throws InterruptedException {
        for (int i = 0; i < kept.size(); i++) {
            Event each = kept.get(i);
            if (fits(each, "DATA", stream) || fits(each, "HEADERS", stream) || fits(each, "RST_STREAM", stream)) {
                return kept.remove(i);
            }
        }
        while (true) {
            Event next = events.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("the rest of stream %s", stream).isNotNull();
            boolean ofStream = next.stream() == stream && !next.kind().equals("WINDOW_UPDATE");
            if (ofStream || next.kind().equals("END")) {
                return next;
            }
            kept.add(next);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private final class Heard implements FrameReader.Handler {
        @Override
        public void data(int stream, byte[] bytes, int offset, int length, int flow, boolean end) {
            String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
            events.add(new Event("DATA", stream, text, end, flow));
        }

        @Override
        public void fields(int stream, byte[] bytes, int offset, int length, boolean end) throws IOException {
            StringBuilder text = new StringBuilder();
            decoder.decode(bytes, offset, length, (name, value, secret) -> {
                text.append(name).append(": ").append(value).append('\n');
                if (secret) {
                    secrets.add(name);
                }
            });
            events.add(new Event("HEADERS", stream, text.toString(), end, 0));
        }

        @Override
        public void reset(int stream, ErrorCode code) {
            events.add(new Event("RST_STREAM", stream, code.toString(), true, 0));
        }

        @Override
        public void setting(int id, long value) {
            events.add(new Event("SETTING", 0, Integer.toString(id), false, value));
        }

        @Override
        public void settingsEnd() throws IOException {
            frame(FrameWriter::settingsAcknowledged);
        }

        @Override
        public void settingsAcknowledged() {
            events.add(new Event("SETTINGS", 0, "acknowledged", false, 0));
        }

        @Override
        public void ping(long opaque, boolean answer) throws IOException {
            if (!answer) {
                frame(out -> FrameWriter.ping(out, opaque, true));
            }
            events.add(new Event("PING", 0, answer ? "answer" : "", false, opaque));
        }

        @Override
        public void goAway(int last, ErrorCode code, String debug) {
            events.add(new Event("GOAWAY", 0, code + " " + debug, false, last));
        }

        @Override
        public void window(int stream, int increment) {
            opened += stream == 0 ? increment : 0;
            events.add(new Event("WINDOW_UPDATE", stream, "", false, increment));
        }

        @Override
        public void ignored(int type, int length) {
            events.add(new Event("TYPE " + type, 0, "", false, length));
        }
    }
}
