package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever hangs, a gateway is closed at once, and nothing of it is left. */
@Timeout(60)
class GatewayCloseTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int LARGE = 50_000_000;

    /** What hangs. */
    enum Hanging {
        DELAY(Answer.ok().delay(Duration.ofHours(3))),
        HOLD(Answer.ok("hello").bodyAfter(new Signal())),
        SILENCE(Answer.ok("hello").with(Fault.SILENT.inBody(2))),
        RATE(Answer.ok("hello").rate(1)),
        UNREAD_BODY(Answer.ok().body(new byte[LARGE])),
        FUNCTION(Answer.by(request -> {
            new CountDownLatch(1).await();
            return Answer.ok();
        }));

        private final Answer answer;

        Hanging(Answer answer) {
            this.answer = answer;
        }
    }

    private static boolean hasThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("sluice-gateway"));
    }

    private static void assertNothingIsLeft(FakeGateway gateway) throws IOException {
        Awaited.isTrue(() -> !hasThread());
        new ServerSocket(gateway.address().getPort(), 1, InetAddress.getLoopbackAddress()).close();
    }

    /** Reads until the connection ends, in whatever way. */
    private static void assertEnds(RawConnection raw) throws IOException {
        try {
            raw.readAll();
        } catch (SocketException reset) {
            assertThat(reset).hasMessage("Connection reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatHangsEnds(Hanging how) throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /").answers(how.answer);
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(REQUEST);
            gateway.next();
            gateway.close();
            assertEnds(raw);
        }
        assertNothingIsLeft(gateway);
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatHangsOverTlsEnds(Hanging how) throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /").answers(how.answer);
        try (SSLSocket over = (SSLSocket) gateway.clientTls()
                .getSocketFactory()
                .createSocket(
                        InetAddress.getLoopbackAddress(), gateway.address().getPort())) {
            over.getOutputStream().write(REQUEST.getBytes());
            gateway.next();
            gateway.close();
            assertThatThrownBy(() -> {
                        if (over.getInputStream().readNBytes(LARGE).length < LARGE) {
                            throw new IOException("the end");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertNothingIsLeft(gateway);
    }

    @Test
    void aDelayOnAClockThatStandsStillEnds() throws Exception {
        ManualTime time = new ManualTime();
        FakeGateway gateway = FakeGateway.builder().time(time).start();
        gateway.on("GET /").answers(Answer.ok().delay(Duration.ofSeconds(1)));
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(REQUEST);
            time.awaitWaiters(1);
            gateway.close();
            assertEnds(raw);
        }
        assertNothingIsLeft(gateway);
    }

    @Test
    void halfARequestAnIdleConnectionASilentOneAndAHandshakeThatStandsStillEnd() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.connection(5).fails(Fault.SILENT);
        gateway.on("GET /").answers("hello");
        try (RawConnection head = RawConnection.connect(gateway.address());
                RawConnection body = RawConnection.connect(gateway.address());
                RawConnection handshake = RawConnection.connect(gateway.address());
                RawConnection idle = RawConnection.connect(gateway.address());
                RawConnection silent = RawConnection.connect(gateway.address())) {
            head.write("GET / HT");
            body.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123");
            handshake.write(new byte[] {0x16, 3, 1, 2});
            silent.write(REQUEST);
            idle.write(REQUEST);
            assertThat(idle.readHead()).contains("200");
            gateway.close();
            for (RawConnection each : new RawConnection[] {head, body, handshake, idle, silent}) {
                assertEnds(each);
            }
        }
        assertThat(gateway.received()).hasSize(1);
        assertNothingIsLeft(gateway);
    }

    /** Its thread notes its end late. */
    private static final class LateSocket extends ServerSocket {
        private final AtomicBoolean ended;

        LateSocket(AtomicBoolean ended) throws IOException {
            this.ended = ended;
        }

        @Override
        public Socket accept() throws IOException {
            try {
                return super.accept();
            } catch (IOException closed) {
                Signal late = new Signal();
                TimeSource.system().schedule(Duration.ofMillis(200), late::fire);
                Awaited.signal(late);
                ended.set(true);
                throw closed;
            }
        }
    }

    /** On a virtual thread, the port is not free before. */
    @Test
    void whatAcceptsConnectionsHasEndedHoweverLate() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        LoopbackPort place = new LoopbackPort(false) {
            @Override
            ServerSocket listening(boolean beside, InetSocketAddress address) throws IOException {
                ServerSocket server = new LateSocket(ended);
                server.bind(address);
                return server;
            }
        };
        GatewayPort port = new GatewayPort(
                place, new StubServer(true), new GatewayPort.Options(TimeSource.system(), 0, ClientCertificate.NONE));
        RawConnection.connect(port.address()).close();
        port.close();
        assertThat(ended).isTrue();
    }

    @Test
    void aFunctionThatCannotBeInterruptedKeepsNothingButItsThread() throws Exception {
        Semaphore end = new Semaphore(0);
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /").answersBy(request -> {
            end.acquireUninterruptibly();
            throw new IllegalStateException(
                    "interrupted: " + Thread.currentThread().isInterrupted());
        });
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(REQUEST);
            gateway.next();
            gateway.close();
            assertEnds(raw);
            new ServerSocket(gateway.address().getPort(), 1, InetAddress.getLoopbackAddress()).close();
        } finally {
            end.release();
        }
        Awaited.isTrue(() -> !hasThread());
        gateway.verifyMatched();
    }

    @Test
    void aFunctionMayCloseItsGateway() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        gateway.on("GET /").answersBy(request -> {
            gateway.close();
            interrupted.complete(Thread.currentThread().isInterrupted());
            return Answer.ok();
        });
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(REQUEST);
            assertThat(interrupted.get()).isFalse();
            assertEnds(raw);
        }
        assertNothingIsLeft(gateway);
    }

    @Test
    void whileItRefusesItIsClosedAsWell() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.refuse();
        gateway.close();
        gateway.close();
        gateway.listen();
        assertNothingIsLeft(gateway);
    }

    @Test
    void aThousandConnectionsAreServedAndEnd() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /").answers("hello");
        RawConnection[] all = new RawConnection[1_000];
        try {
            for (int i = 0; i < all.length; i++) {
                all[i] = RawConnection.connect(gateway.address());
                all[i].write(REQUEST);
            }
            for (RawConnection each : all) {
                assertThat(each.readHead()).startsWith("HTTP/1.1 200");
            }
            assertThat(gateway.received().stream()
                            .map(ReceivedRequest::connection)
                            .distinct())
                    .hasSize(all.length);
            gateway.close();
            for (RawConnection each : all) {
                each.readExactly(5);
                assertEnds(each);
            }
        } finally {
            for (RawConnection each : all) {
                if (each != null) {
                    each.close();
                }
            }
        }
        assertNothingIsLeft(gateway);
    }
}
