package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a connection does at moments that a client cannot choose. */
@Timeout(60)
class GatewayConnectionTest {
    private static final String HALF = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab";

    private static final String HANDSHAKE = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /** With status 1000, and a mask of zeros. */
    private static final String CLOSE = "\u0088\u0082\0\0\0\0\u0003\u00e8";

    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final StubServer stubServer = new StubServer(true);
    private final Signal closing = new Signal();

    /** Has some bytes; a read behind them gets the others once it is closed, and then the end. */
    private final class ClosingSocket extends Socket {
        private final InputStream in;

        ClosingSocket(String before, String after) {
            InputStream late = bytes(after);
            this.in = new SequenceInputStream(bytes(before), new InputStream() {
                @Override
                public int read() throws IOException {
                    reading.countDown();
                    Awaited.latch(closed);
                    int next = late.read();
                    if (next < 0) {
                        ended.add("reading");
                    }
                    return next;
                }
            });
        }

        private static InputStream bytes(String bytes) {
            return new ByteArrayInputStream(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public SocketAddress getRemoteSocketAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public SocketAddress getLocalSocketAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
        }

        @Override
        public void setSoTimeout(int millis) {}

        @Override
        public void close() throws IOException {
            super.close();
            TimeSource.system().start("late", closed::countDown);
        }
    }

    private GatewayConnection connection(Socket socket) {
        return new GatewayConnection(
                socket,
                stubServer.connections.accept(),
                stubServer,
                new GatewayTls(ClientCertificate.NONE),
                TimeSource.system(),
                closing);
    }

    @Test
    void itHasEndedOnceNothingReadsItAnyMore() throws Exception {
        stubServer.stubs.add(RequestMatch.any()).afterBodyBytes(1).fails(Fault.RESET);
        try (Socket socket = new ClosingSocket(HALF, "")) {
            connection(socket).serve();
            ended.add("serving");
        }
        assertThat(ended).containsExactly("reading", "serving");
    }

    /** A socket that is closed ends its output first, and is still read for a moment. */
    @Test
    void whatAClientAnswersToTheEndOfTheGatewayIsNotItsClose() throws Exception {
        stubServer.stubs.add(RequestMatch.any()).answers(Answer.webSocket());
        try (Socket socket = new ClosingSocket(HANDSHAKE, CLOSE)) {
            GatewayConnection connection = connection(socket);
            Signal over = TimeSource.system().start("serving", connection::serve);
            Awaited.latch(reading);
            closing.fire();
            connection.end();
            Awaited.signal(over);
        }
        FakeWebSocket webSocket = stubServer.webSockets.get(0);
        assertThat(webSocket.closeCode()).isEqualTo(1006);
        assertThat(webSocket.received()).isEmpty();
    }
}
