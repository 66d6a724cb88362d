package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.testing.gateway.WebSocketFrame.ProtocolError;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket (RFC 6455) of a {@link FakeGateway}: for the script that plays it, and for the test to see what was received.
 * Pings are answered while the script receives, and so is the client's close. When the script ends, the client has 10 s for
 * its close; then the connection ends.
 *
 * <pre>{@code
 * gateway.on("GET /chat").answers(Answer.webSocket(socket -> {
 *     assertThat(socket.receiveText()).isEqualTo("hello");
 *     socket.sendText("welcome");
 *     socket.close(1000, "bye");
 * }));
 * }</pre>
 *
 * <p>One thread receives, which is the script's; everything else is safe for many threads, so that a test can send too. What
 * it sends before the client has the answer to its handshake waits for that.
 */
public final class FakeWebSocket {
    private static final int LONGEST_REASON = 123;

    private final ReceivedRequest request;
    private final WebSocketInput in;
    private final WebSocketOutput out;
    private final Wire wire;
    private final Change change = new Change();
    private final List<Message> received = new ArrayList<>();
    private final WebSocketAssembly assembly = new WebSocketAssembly();
    private int closeCode;

    /** The connection below it. */
    interface Wire {
        /** Sets how long a read waits; zero for no limit. */
        void readTimeout(Duration most) throws IOException;

        /** Requires that what was read just now still counts. */
        void requireOpen() throws IOException;

        /** Ends the connection with a reset. */
        void reset() throws IOException;
    }

    FakeWebSocket(ReceivedRequest request, InputStream in, OutputStream out, Wire wire) {
        this.request = request;
        this.in = new WebSocketInput(in, wire);
        this.out = new WebSocketOutput(out, toString());
        this.wire = wire;
    }

    /** The request that opened it. */
    public ReceivedRequest request() {
        return request;
    }

    /** Everything that the client has sent so far and the script has read, in order: messages, pings, pongs, the close. */
    public List<Message> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    /** The text messages among {@link #received()}. */
    public List<String> texts() {
        return received().stream()
                .filter(each -> each.kind() == Kind.TEXT)
                .map(Message::text)
                .toList();
    }

    /**
     * Waits, in real time, until so many have been received.
     *
     * @return all of them
     * @throws AssertionError if there are fewer after 10 s
     */
    public List<Message> awaitReceived(int count) {
        change.require(() -> received().size() >= count, () -> count + " from " + this + ", but " + described());
        return received();
    }

    /**
     * What the client has closed it with: the code of its close frame, 1005 if that has none, and 1006 if its connection has
     * ended without one, or the script 10 s before; 0 while it is open.
     */
    public int closeCode() {
        synchronized (received) {
            return closeCode;
        }
    }

    /**
     * Waits, in real time, until the client has closed it.
     *
     * @return the {@link #closeCode()}
     * @throws AssertionError if it has not after 10 s
     */
    public int awaitClosed() {
        change.require(() -> closeCode() != 0, () -> "a close from " + this + ", but " + described());
        return closeCode();
    }

    /**
     * The next message, which is a text or binary one; null once the client has closed it. Waits in real time.
     *
     * @throws AssertionError if none comes within {@code timeout}, or the client breaks the protocol
     * @throws IllegalArgumentException if the timeout is not positive
     */
    public @Nullable Message receive(Duration timeout) {
        return next(Require.positive("timeout", timeout), TimeSource.system().deadline(timeout));
    }

    /** The next message as text, within 10 s; throws as {@link #receiveText(Duration)} does. */
    public String receiveText() {
        return receiveText(Change.LIMIT);
    }

    /**
     * The next message as text. Waits in real time.
     *
     * @throws AssertionError if it is a binary one, or the client closes, or none comes within {@code timeout}
     * @throws IllegalArgumentException if the timeout is not positive
     */
    public String receiveText(Duration timeout) {
        return expect(Kind.TEXT, timeout).text();
    }

    /** The next message as bytes, within 10 s; throws as {@link #receiveBinary(Duration)} does. */
    public byte[] receiveBinary() {
        return receiveBinary(Change.LIMIT);
    }

    /**
     * The next message as bytes. Waits in real time.
     *
     * @throws AssertionError if it is a text, or the client closes, or none comes within {@code timeout}
     * @throws IllegalArgumentException if the timeout is not positive
     */
    public byte[] receiveBinary(Duration timeout) {
        return expect(Kind.BINARY, timeout).bytes();
    }

    /**
     * Receives until the client closes, however long that takes.
     *
     * @return the {@link #closeCode()}
     * @throws AssertionError if the client breaks the protocol
     */
    public int receiveToClose() {
        Message next = await();
        while (next != null) {
            next = await();
        }
        return closeCode();
    }

    /** Sends each message back, until one side closes or leaves. */
    void echo() {
        try {
            boolean goesOn = true;
            for (Message next = await(); goesOn && next != null; next = await()) {
                int opcode = next.kind() == Kind.TEXT ? WebSocketFrame.TEXT : WebSocketFrame.BINARY;
                goesOn = out.answer(new WebSocketFrame(true, opcode, next.payload));
            }
        } catch (IOException gone) {
            closed(WebSocketFrame.NO_CLOSE);
        }
    }

    /** The client has the answer to its handshake. */
    void opened() {
        out.open();
    }

    /** The connection has ended before the client had that. */
    void neverOpened() {
        out.end();
        closed(WebSocketFrame.NO_CLOSE);
    }

    private Message expect(Kind kind, Duration timeout) {
        String wanted = "expected a " + (kind == Kind.TEXT ? "text" : "binary message");
        Message next = receive(timeout);
        if (next == null) {
            throw new AssertionError(wanted + ", but the client "
                    + (closeCode() == WebSocketFrame.NO_CLOSE
                            ? "ended without a close"
                            : "closed with " + closeCode()));
        }
        if (next.kind() != kind) {
            throw new AssertionError(wanted + ", but came " + next);
        }
        return next;
    }

    /** The next message, however long that takes. */
    private @Nullable Message await() {
        return next(Duration.ZERO, TimeSource.NEVER);
    }

    /**
     * The next message until then.
     *
     * @param timeout is told if none comes
     */
    private @Nullable Message next(Duration timeout, long deadlineNanos) {
        try {
            while (closeCode() == 0) {
                WebSocketFrame frame = in.read(deadlineNanos);
                Message message = frame == null ? null : taken(frame);
                if (frame == null) {
                    closed(WebSocketFrame.NO_CLOSE);
                } else if (message != null) {
                    return message;
                }
            }
            return null;
        } catch (SocketTimeoutException late) {
            throw new AssertionError("no message within " + timeout.toMillis() + " ms, " + described(), late);
        } catch (ProtocolError error) {
            breach(error);
            throw new AssertionError("the client broke the protocol: " + error.getMessage(), error);
        } catch (IOException gone) {
            closed(WebSocketFrame.NO_CLOSE);
            return null;
        }
    }

    /** RFC 6455 §7.1.7: closes, if the client is still there. */
    private void breach(ProtocolError error) {
        try {
            close(error.code(), "");
        } catch (IOException gone) {
            // What it did wrong is told in any case.
        } finally {
            closed(WebSocketFrame.NO_CLOSE);
        }
    }

    /** Takes a frame; returns the text or binary message that it ends, or null. */
    private @Nullable Message taken(WebSocketFrame frame) throws IOException {
        Message message = assembly.take(frame);
        if (message == null) {
            return null;
        }
        note(message);
        switch (message.kind()) {
            case PING -> out.answer(new WebSocketFrame(true, WebSocketFrame.PONG, frame.payload()));
            case CLOSE -> answerClose(message.code);
            default -> {}
        }
        return message.kind() == Kind.TEXT || message.kind() == Kind.BINARY ? message : null;
    }

    /** RFC 6455 §5.5.1: a close is answered with its code. */
    private void answerClose(int code) throws IOException {
        try {
            out.close(WebSocketFrame.close(code, new byte[0]));
        } finally {
            closed(code);
        }
    }

    /**
     * Sends a text message; several texts are its fragments.
     *
     * @throws IllegalArgumentException if there is no text
     * @throws IllegalStateException if the close has been sent, or the connection was broken off here
     * @throws IOException if the connection has ended
     */
    public void sendText(String... fragments) throws IOException {
        Require.positive("fragments", fragments.length);
        WebSocketFrame[] frames = new WebSocketFrame[fragments.length];
        for (int i = 0; i < fragments.length; i++) {
            frames[i] = new WebSocketFrame(
                    i == fragments.length - 1,
                    i == 0 ? WebSocketFrame.TEXT : WebSocketFrame.CONTINUATION,
                    fragments[i].getBytes(StandardCharsets.UTF_8));
        }
        out.send(frames);
    }

    /**
     * Sends a binary message.
     *
     * @throws IllegalStateException if the close has been sent, or the connection was broken off here
     * @throws IOException if the connection has ended
     */
    public void sendBinary(byte[] bytes) throws IOException {
        out.send(new WebSocketFrame(true, WebSocketFrame.BINARY, bytes.clone()));
    }

    /**
     * Sends a ping; its pong is among what is {@link #received()}.
     *
     * @throws IllegalArgumentException if the text is longer than 125 bytes
     * @throws IllegalStateException if the close has been sent, or the connection was broken off here
     * @throws IOException if the connection has ended
     */
    public void ping(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        Require.within("bytes of a ping", 0, 125, payload.length);
        out.send(new WebSocketFrame(true, WebSocketFrame.PING, payload));
    }

    /**
     * Sends the close; has no effect the second time. The client's own close is still received.
     *
     * @param code such as 1000 for a normal end
     * @throws IllegalArgumentException if no close may have the code (RFC 6455 §7.4), or the reason is longer than 123 bytes
     * @throws IOException if the connection has ended
     */
    public void close(int code, String reason) throws IOException {
        if (!WebSocketFrame.isCloseCode(code)) {
            throw new IllegalArgumentException("no close has the code " + code + " (RFC 6455 §7.4)");
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        Require.within("bytes of a reason", 0, LONGEST_REASON, text.length);
        out.close(WebSocketFrame.close(code, text));
    }

    /** Ends the connection with a reset, without a close. */
    public void breakOff() throws IOException {
        // First, as a send that the client does not read holds the lock until then.
        wire.reset();
        out.end();
        closed(WebSocketFrame.NO_CLOSE);
    }

    /**
     * Ends it in order if the script has not, and waits for the client's close, whatever comes before it. A client that has
     * not closed by then, or not even read the close, is reset.
     */
    void finish(int code, String reason, Duration most) {
        TimeSource.Scheduled late = TimeSource.system().schedule(most, this::breakOffIfOpen);
        try {
            close(code, reason);
            receiveToClose();
        } catch (IOException | AssertionError over) {
            closed(WebSocketFrame.NO_CLOSE);
        } finally {
            late.cancel();
        }
    }

    private void breakOffIfOpen() {
        try {
            if (closeCode() == 0) {
                breakOff();
            }
        } catch (IOException gone) {
            closed(WebSocketFrame.NO_CLOSE);
        }
    }

    private void note(Message message) {
        synchronized (received) {
            received.add(message);
        }
        change.tell();
    }

    private void closed(int code) {
        synchronized (received) {
            closeCode = closeCode == 0 ? code : closeCode;
        }
        change.tell();
    }

    private String described() {
        return "received: " + received();
    }

    /** The request that opened it. */
    @Override
    public String toString() {
        return "WebSocket " + request;
    }

    /** What a frame or several are. */
    public enum Kind {
        /** A message of text. */
        TEXT,
        /** A message of bytes. */
        BINARY,
        /** A ping, which was answered. */
        PING,
        /** A pong. */
        PONG,
        /** The close. */
        CLOSE
    }

    /** What a client has sent; fragments are together. Immutable. */
    public static final class Message {
        private final Kind kind;
        private final byte[] payload;
        private final int code;

        Message(Kind kind, byte[] payload, int code) {
            this.kind = Objects.requireNonNull(kind);
            this.payload = payload;
            this.code = code;
        }

        /** What it is. */
        public Kind kind() {
            return kind;
        }

        /** A copy of its bytes; of a close, those of the reason. */
        public byte[] bytes() {
            return payload.clone();
        }

        /** Its bytes as text in UTF-8; of a close, the reason. */
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** What it is, and its text or its length. */
        @Override
        public String toString() {
            return switch (kind) {
                case TEXT -> "text " + Quoted.of(text());
                case BINARY -> "binary message of " + payload.length + " bytes";
                case PING -> "ping " + Quoted.of(text());
                case PONG -> "pong " + Quoted.of(text());
                case CLOSE -> "close " + code + " " + Quoted.of(text());
            };
        }
    }

    /** What is done on a WebSocket. */
    @FunctionalInterface
    public interface Script {
        /**
         * Plays the script.
         *
         * @throws Exception any: the client gets a close with 1011, and the test hears of it at its end
         */
        void play(FakeWebSocket socket) throws Exception;
    }
}
