package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes that a client still sends after the final response. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LingerTest {
    private static final int STEPS = 80;
    private static final Duration STEP = Duration.ofMillis(50);
    private static final String POST = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 20000000\r\n\r\n";
    private static final String BLOCK = "x".repeat(250_000);

    private final AtomicLong taken = new AtomicLong();
    private final ManualTime time = new ManualTime();
    private final RecordingListener exchanges = new RecordingListener();

    private ProxyServer.Builder server(DirectTransport transport) {
        return ProxyServer.builder()
                .transport(transport)
                .time(time)
                .drain(Duration.ZERO)
                .addListener(exchanges);
    }

    private static ProxyServer refusing(ProxyServer.Builder server) {
        return server.limits(Limits.builder().bodyBytes(1_000_000).build())
                .addRoute(
                        "/**",
                        request -> ProxyResponse.of(200, "" + request.body().readAll(1 << 30).length))
                .build()
                .start();
    }

    /** Sends the body in 4 s, less than a client may be silent, and reads when everything is sent. */
    private void uploadAndReadAfterwards(RawConnection client, String status) throws Exception {
        client.write(POST);
        for (int i = 0; i < STEPS; i++) {
            client.write(BLOCK);
            time.advance(STEP);
        }
        assertThat(client.readAll()).startsWith("HTTP/1.1 " + status + " ").contains("\r\nConnection: close\r\n");
    }

    @Test
    void aClientThatReadsAfterSendingEverythingGetsTheRefusal() throws Exception {
        try (ProxyServer server = refusing(server(DirectTransport.shared()));
                RawConnection client = RawConnection.connect(server.address())) {
            uploadAndReadAfterwards(client, "413");
        }
    }

    @Test
    void aClientThatReadsAfterSendingEverythingGetsTheOriginsEarlyAnswer() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nbig!");
                    connection.readAll();
                });
                DirectTransport transport = DirectTransport.builder().build();
                ProxyServer server = server(transport)
                        .addRoute("/**", ReverseProxy.to(transport.upstream("o", origin.uri())))
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            uploadAndReadAfterwards(client, "413");
        }
    }

    @Test
    void aDeadlineDuringAnUploadIsAnsweredToo() throws Exception {
        try (ProxyServer server = server(DirectTransport.shared())
                        .timeouts(
                                Timeouts.builder().total(Duration.ofSeconds(1)).build())
                        .addRoute("/**", request -> {
                            InputStream body = request.body().open();
                            for (int n = 0; n >= 0; n = body.read(new byte[10_000])) {
                                taken.addAndGet(n);
                            }
                            return ProxyResponse.of(200, "all");
                        })
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(POST);
            for (int i = 1; i <= STEPS; i++) {
                client.write(BLOCK);
                // The clock must not run ahead of what has been read.
                while (taken.get() < i * 250_000L && exchanges.records().isEmpty()) {
                    Thread.onSpinWait();
                }
                time.advance(STEP);
            }
            assertThat(client.readAll()).startsWith("HTTP/1.1 504 ");
        }
    }

    @Test
    void aClientThatFallsSilentIsGivenUpAfterTheIdleTime() throws Exception {
        try (ProxyServer server = refusing(server(DirectTransport.builder()
                        .linger(Duration.ofDays(1))
                        .lingerIdle(Duration.ofSeconds(2))
                        .build()));
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(POST);
            exchanges.awaitEnded(1);
            assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
            advanceUntilClosed(client, Duration.ofSeconds(2));
        }
    }

    /** Nothing is read before the refusal. So if more is taken than the system's buffers hold, the server lingers. */
    @Test
    void aClientMayBeSilentUpToTheIdleTimeOfLingering() throws Exception {
        try (ProxyServer server = refusing(server(DirectTransport.builder()
                        .linger(Duration.ofDays(1))
                        .lingerIdle(Duration.ofMinutes(1))
                        .build()));
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(POST.replace("20000000", "60000000"));
            exchanges.awaitEnded(1);
            for (int i = 0; i < 3; i++) {
                client.write("x".repeat(16_000_000));
                time.advance(Duration.ofSeconds(50));
            }
            assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
            advanceUntilClosed(client, Duration.ofMinutes(1));
        }
    }

    @Test
    void aClientThatNeverStopsIsGivenUpInTheEnd() throws Exception {
        try (ProxyServer server = refusing(server(
                        DirectTransport.builder().linger(Duration.ofSeconds(3)).build()));
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(POST);
            exchanges.awaitEnded(1);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            client.write(BLOCK);
                            time.advance(Duration.ofMillis(300));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void closingTheServerEndsLingering() throws Exception {
        RawConnection client;
        try (ProxyServer server = refusing(server(DirectTransport.shared()))) {
            client = RawConnection.connect(server.address());
            client.write(POST);
            exchanges.awaitEnded(1);
        }
        try (client) {
            // Time stands still, so only the end of the server ends it.
            assertThat(client.readAll()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void atTheLimitOfThreadsALingeringConnectionMakesRoom() throws Exception {
        ThreadPoolExecutor one = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
        try (ProxyServer server = refusing(server(DirectTransport.shared()).executor(one));
                RawConnection first = RawConnection.connect(server.address())) {
            first.write(POST);
            exchanges.awaitEnded(1);
            assertThat(first.readHead()).startsWith("HTTP/1.1 413 ");
            String head = "";
            while (!head.startsWith("HTTP/1.1 200 ")) {
                // It begins to linger a moment after its exchange has ended. Until then it is busy, and the next
                // connection gets 503.
                try (RawConnection second = RawConnection.connect(server.address())) {
                    second.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
                    head = second.readHead();
                }
            }
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void bytesAfterTheLastRequestDoNotResetTheResponse() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        try (ProxyServer server = server(DirectTransport.shared())
                        .addRoute("/**", request -> {
                            sent.await();
                            return ProxyResponse.of(200, BLOCK);
                        })
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            client.write("GET /more HTTP/1.1\r\nHost: a.test\r\n\r\n");
            sent.countDown();
            assertThat(client.readAll()).endsWith(BLOCK);
        }
    }

    private void advanceUntilClosed(RawConnection client, Duration most) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Thread reader = new Thread(() -> {
            try {
                client.readAll();
            } catch (SocketTimeoutException open) {
                return;
            } catch (IOException reset) {
                // A reset is an end too.
            }
            closed.countDown();
        });
        reader.setDaemon(true);
        reader.start();
        // The connection may begin to linger a little later than now.
        while (!closed.await(10, TimeUnit.MILLISECONDS)) {
            time.advance(most.dividedBy(4));
        }
    }
}
