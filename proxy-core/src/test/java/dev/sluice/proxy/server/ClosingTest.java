package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The phases in which a server closes. */
class ClosingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void end() {
        release.countDown();
    }

    private ProxyServer.Builder holding() {
        return ProxyServer.builder().addRoute("/held", request -> {
            held.countDown();
            release.await(10, TimeUnit.SECONDS);
            return ProxyResponse.of(200, "here");
        });
    }

    private static Thread start(Runnable closing) {
        Thread thread = new Thread(closing);
        thread.start();
        return thread;
    }

    private static void joined(Thread closing) throws InterruptedException {
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    private static void serve(RawConnection client, boolean says) throws Exception {
        client.write(GET);
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 200 ");
        assertThat(head.toLowerCase(java.util.Locale.ROOT).contains("connection: close"))
                .isEqualTo(says);
        client.readExactly(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "jdk"})
    void aLameDuckServesEverythingAsEverAndIsNotReady(String name) throws Exception {
        ManualTime time = new ManualTime();
        Transport transport = name.equals("jdk") ? JdkTransport.shared() : DirectTransport.shared();
        try (ProxyServer server = ProxyServer.builder()
                        .transport(transport)
                        .time(time)
                        .lameDuck(Duration.ofSeconds(15))
                        .addRoute("/**", request -> ProxyResponse.of(200, "here"))
                        .build();
                RawConnection kept = connectAtStart(server)) {
            assertThat(server.ready()).isTrue();
            serve(kept, false);
            Thread closing = start(server::close);
            time.awaitWaiters(1);
            assertThat(server.ready()).isFalse();

            serve(kept, false);
            try (RawConnection fresh = RawConnection.connect(server.address())) {
                serve(fresh, false);
            }
            time.advance(Duration.ofSeconds(14));
            serve(kept, false);
            time.advance(Duration.ofSeconds(2));
            assertThat(kept.readAll()).isEmpty();
            joined(closing);
            assertThatThrownBy(() -> RawConnection.connect(server.address())).isInstanceOf(java.io.IOException.class);
        }
    }

    private static RawConnection connectAtStart(ProxyServer server) throws Exception {
        assertThat(server.ready()).isFalse();
        return RawConnection.connect(server.start().address());
    }

    @Test
    void anInterruptEndsTheLameDuckPhase() throws Exception {
        try (ProxyServer server = ProxyServer.builder().build().start()) {
            Thread closing = start(() -> server.close(Duration.ofDays(1), Duration.ofDays(1)));
            closing.interrupt();
            joined(closing);
        }
    }

    @Test
    void aSecondCloseWaitsForTheFirst() throws Exception {
        AtomicInteger owned = new AtomicInteger();
        ProxyServer server =
                holding().addCloseable(owned::incrementAndGet).build().start();
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET /held HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
            Thread first = start(server::close);
            Awaited.isTrue(() -> !server.ready());
            Thread second = start(server::close);
            Awaited.isTrue(
                    () -> second.getState() == Thread.State.WAITING || second.getState() == Thread.State.TIMED_WAITING);
            assertThat(owned).hasValue(0);
            release.countDown();
            joined(second);
            assertThat(owned).hasValue(1);
            joined(first);
        }
    }

    @Test
    void aCloseableOfTheServerMayCloseTheServer() {
        AtomicInteger owned = new AtomicInteger();
        ProxyServer[] self = new ProxyServer[1];
        self[0] = ProxyServer.builder()
                .addCloseable(() -> {
                    owned.incrementAndGet();
                    self[0].close();
                })
                .build()
                .start();
        self[0].close();

        assertThat(owned).hasValue(1);
    }

    @Test
    void aClosedServerCannotBeStarted() {
        ProxyServer server = ProxyServer.builder().build();
        server.close();

        assertThatThrownBy(server::start).hasMessage("the server is closed");
        assertThat(server.ready()).isFalse();
    }

    @Test
    void timesMustNotBeNegative() {
        Duration negative = Duration.ofSeconds(-1);
        ProxyServer.Builder builder = ProxyServer.builder();
        ProxyServer server = builder.build();
        assertThatThrownBy(() -> builder.lameDuck(negative)).hasMessage("lameDuck must not be negative: -1 s");
        assertThatThrownBy(() -> builder.tunnelDrain(negative)).hasMessage("tunnelDrain must not be negative: -1 s");
        assertThatThrownBy(() -> builder.drain(negative)).hasMessage("drain must not be negative: -1 s");
        assertThatThrownBy(() -> server.close(negative, Duration.ZERO))
                .hasMessage("lameDuck must not be negative: -1 s");
        assertThatThrownBy(() -> server.close(negative)).hasMessage("drain must not be negative: -1 s");
        server.close();
    }
}
