package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Content;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Origin;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection does at moments that a client cannot choose. */
@Timeout(60)
class FakeWebSocketTest {
    private static final byte[] UNMASKED = {(byte) 0x81, 0};
    private static final byte[] CLOSE_1000 = {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xe8};

    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch reset = new CountDownLatch(1);

    /** Whose writes block until the connection is reset, and then fail. */
    private final OutputStream stuck = new OutputStream() {
        @Override
        public void write(int b) throws IOException {
            writing.countDown();
            Awaited.latch(reset);
            throw new IOException("reset");
        }
    };

    private final FakeWebSocket.Wire wire = new FakeWebSocket.Wire() {
        @Override
        public void readTimeout(Duration most) {}

        @Override
        public void requireOpen() {}

        @Override
        public void reset() {
            reset.countDown();
        }
    };

    private FakeWebSocket webSocket(byte[] sent) {
        return webSocket(new ByteArrayInputStream(sent), stuck);
    }

    private FakeWebSocket webSocket(InputStream sent, OutputStream out) {
        FakeWebSocket socket = unopened(sent, out);
        socket.opened();
        return socket;
    }

    private FakeWebSocket unopened(InputStream sent, OutputStream out) {
        InetSocketAddress nobody = InetSocketAddress.createUnresolved("client", 1);
        Origin origin = new Origin(1, new Client(nobody, nobody, null), null, Instant.EPOCH);
        Content content = new Content(
                "GET",
                "/",
                HttpVersion.HTTP_1_1,
                Headers.empty(),
                new byte[0],
                Headers.empty(),
                new byte[0],
                false,
                null,
                false,
                true);
        return new FakeWebSocket(new ReceivedRequest(1, origin, content), sent, out, wire);
    }

    @Test
    void theCodeOfACloseIsKnownThoughItsAnswerFails() throws Exception {
        reset.countDown();
        FakeWebSocket socket = webSocket(CLOSE_1000);
        assertThat(socket.receiveToClose()).isEqualTo(1000);
    }

    @Test
    void aBreachOfTheProtocolIsToldThoughTheClientIsGone() {
        reset.countDown();
        FakeWebSocket socket = webSocket(UNMASKED);
        assertThatThrownBy(socket::receiveText)
                .isInstanceOf(AssertionError.class)
                .hasMessage("the client broke the protocol: a client's frame must be masked (RFC 6455 §5.1)");
        assertThat(socket.closeCode()).isEqualTo(1006);
    }

    @Test
    void breakingOffEndsASendThatTheClientDoesNotRead() throws Exception {
        FakeWebSocket socket = webSocket(new byte[0]);
        Thread sending = new Thread(() -> assertThatThrownBy(() -> socket.sendText("hello")));
        sending.start();
        Awaited.latch(writing);
        Thread breaking = new Thread(() -> {
            try {
                socket.breakOff();
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
        });
        breaking.start();
        Awaited.latch(reset);
        sending.join();
        breaking.join();
        assertThat(socket.closeCode()).isEqualTo(1006);
        assertThatThrownBy(() -> socket.sendText("hello")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsSentBeforeTheHandshakesAnswerWaitsForThat() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FakeWebSocket socket = unopened(InputStream.nullInputStream(), out);
        Signal sent = TimeSource.system().start("sending", () -> {
            try {
                socket.sendText("x");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        out.write('1');
        socket.opened();
        Awaited.signal(sent);
        assertThat(out.toByteArray()).containsExactly('1', 0x81, 1, 'x');
    }

    @Test
    void oneThatNeverOpensIsClosed() {
        FakeWebSocket socket = unopened(InputStream.nullInputStream(), stuck);
        socket.neverOpened();
        assertThat(socket.awaitClosed()).isEqualTo(1006);
        assertThatThrownBy(() -> socket.sendText("x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith(" is closed: nothing can be sent behind that");
    }

    @Test
    void anEchoEndsWithTheConnection() throws Exception {
        reset.countDown();
        byte[] text = {(byte) 0x81, (byte) 0x80, 0, 0, 0, 0};
        FakeWebSocket gone = webSocket(text);
        gone.echo();
        assertThat(gone.closeCode()).isEqualTo(1006);
        FakeWebSocket closed = webSocket(new ByteArrayInputStream(text), OutputStream.nullOutputStream());
        closed.close(1000, "");
        closed.echo();
        assertThat(closed.texts()).containsExactly("");
    }

    /** Sends a masked text "" whenever a message is waited for, or nothing, until the connection is reset. */
    private final class Staying extends InputStream {
        private static final byte[] TEXT = {(byte) 0x81, (byte) 0x80, 0, 0, 0, 0};

        private final boolean talks;
        private int at;

        Staying(boolean talks) {
            this.talks = talks;
        }

        @Override
        public int read() throws IOException {
            if (talks && reset.getCount() > 0) {
                return TEXT[at++ % TEXT.length] & 0xff;
            }
            Awaited.latch(reset);
            throw new IOException("reset");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatDoesNotCloseIsReset(boolean talks) throws Exception {
        FakeWebSocket socket = webSocket(new Staying(talks), OutputStream.nullOutputStream());
        socket.finish(1000, "", Duration.ofMillis(50));
        Awaited.latch(reset);
        assertThat(socket.closeCode()).isEqualTo(1006);
    }

    @Test
    void aClientThatDoesNotReadTheCloseIsReset() throws Exception {
        FakeWebSocket socket = webSocket(new Staying(false), stuck);
        socket.finish(1000, "", Duration.ofMillis(50));
        Awaited.latch(reset);
        assertThat(socket.closeCode()).isEqualTo(1006);
    }

    @Test
    void aClientThatClosesIsNotReset() throws Exception {
        FakeWebSocket socket = webSocket(new ByteArrayInputStream(CLOSE_1000), OutputStream.nullOutputStream());
        // Far more than it takes to read what has come.
        Duration most = Duration.ofSeconds(2);
        socket.finish(1000, "", most);
        Signal later = new Signal();
        TimeSource.system().schedule(most.plusMillis(100), later::fire);
        Awaited.signal(later);
        assertThat(reset.getCount()).isEqualTo(1);
        assertThat(socket.closeCode()).isEqualTo(1000);
    }
}
