package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener does without free threads or connections. */
class DirectListenerTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private final ManualTime time = new ManualTime();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch busy = new CountDownLatch(2);
    private final ThreadPoolExecutor two = new ThreadPoolExecutor(0, 2, 1, TimeUnit.SECONDS, new SynchronousQueue<>());

    @AfterEach
    void end() {
        release.countDown();
        two.shutdownNow();
    }

    private ProxyServer server() {
        return ProxyServer.builder()
                .transport(DirectTransport.builder().build())
                .executor(two)
                .time(time)
                .drain(Duration.ZERO)
                .addRoute("/busy", request -> {
                    busy.countDown();
                    release.await();
                    return ProxyResponse.of(200, "done");
                })
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                .build()
                .start();
    }

    private static void serve(RawConnection client) throws Exception {
        client.write(GET);
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.readExactly(5)).isEqualTo("hello");
    }

    @Test
    void whenAllThreadsAreBusyAnotherRequestWaitsForOne() throws Exception {
        try (ProxyServer server = server();
                RawConnection first = RawConnection.connect(server.address());
                RawConnection second = RawConnection.connect(server.address());
                RawConnection third = connectWhenBusy(server, first, second)) {
            third.write(GET);
            assertThat(two.getActiveCount()).isEqualTo(2);

            release.countDown();
            assertThat(third.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(first.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    private RawConnection connectWhenBusy(ProxyServer server, RawConnection... clients) throws Exception {
        for (RawConnection client : clients) {
            client.write("GET /busy HTTP/1.1\r\nHost: a.test\r\n\r\n");
        }
        assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
        return RawConnection.connect(server.address());
    }

    @Test
    void aConnectionForWhichThereIsNoThreadWaitsForOne() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        Executor scarce = work -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("thrown on purpose: unable to create native thread");
            }
            two.execute(work);
        };
        try (ProxyServer server = ProxyServer.builder()
                        .transport(DirectTransport.builder().build())
                        .executor(scarce)
                        .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                        .build()
                        .start();
                RawConnection first = RawConnection.connect(server.address())) {
            serve(first);
            assertThat(failures).hasNegativeValue();
        }
    }

    @Test
    void anEndlessIdleTimeoutIsPossible() throws Exception {
        RecordingListener exchanges = new RecordingListener();
        try (ProxyServer server = ProxyServer.builder()
                        .transport(DirectTransport.builder()
                                .keepAlive(Timeouts.NONE)
                                .build())
                        .time(time)
                        .addListener(exchanges)
                        .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            time.advance(Duration.ofDays(1));
            serve(client);
            // The client may have the response while the server still is in the write.
            exchanges.awaitEnded(1);
            time.advance(Duration.ofDays(1));
            serve(client);
        }
    }

    @Test
    void anAddressInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProxyServer server = ProxyServer.builder()
                    .transport(DirectTransport.shared())
                    .port(taken.getLocalPort())
                    .build();
            assertThatThrownBy(server::start).hasMessageContaining(", port " + taken.getLocalPort());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void numbersMustBePositive(int value) {
        DirectTransport.Builder builder = DirectTransport.builder();
        assertThatThrownBy(() -> builder.maxConnections(value)).hasMessage("maxConnections must be positive: " + value);
        assertThatThrownBy(() -> builder.maxThreads(value)).hasMessage("maxThreads must be positive: " + value);
        assertThatThrownBy(() -> builder.backlog(value)).hasMessage("backlog must be positive: " + value);
        Duration duration = Duration.ofSeconds(value);
        assertThatThrownBy(() -> builder.keepAlive(duration)).hasMessage("keepAlive must be positive: " + value + " s");
        assertThatThrownBy(() -> builder.handshakeTimeout(duration))
                .hasMessage("handshakeTimeout must be positive: " + value + " s");
        assertThatThrownBy(() -> builder.addProxyProtocolPeers("nowhere"))
                .hasMessage("proxyProtocolPeers: not an IP address in CIDR block \"nowhere\"");
    }
}
