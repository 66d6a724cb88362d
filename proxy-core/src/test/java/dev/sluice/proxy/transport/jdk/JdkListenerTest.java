package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JdkListenerTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void theAddressHasTheRealPort() {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200))) {
            assertThat(server.listener.address().getPort()).isPositive();
            assertThat(JdkExchange.CAPABILITIES).isEmpty();
        }
    }

    @Test
    void aTakenAddressIsNamed() {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200))) {
            InetSocketAddress taken = server.listener.address();
            assertThatThrownBy(() -> JdkListener.open(Listener.Settings.plain(taken, server.time), server))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("host " + taken.getHostString() + ", port " + taken.getPort());
        }
    }

    @Test
    void aConnectionServesOneRequestAfterAnother() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200, "hello"));
                RawConnection client = server.connect()) {
            for (int i = 0; i < 3; i++) {
                client.write(GET);
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
                assertThat(client.readExactly(5)).isEqualTo("hello");
            }
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(server.awaitEnd().responseBytes()).isEqualTo(5);
        }
    }

    @Test
    void aHeadThatDoesNotEndIsCutAfterItsTimeout() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200));
                RawConnection client = server.connect()) {
            client.write("GET / HTTP/1.1\r\nHost");
            assertThat(endsWhenTimePasses(server, client, Duration.ofSeconds(11)))
                    .isTrue();
            assertThat(server.begun).isEmpty();
        }
    }

    @Test
    void theHeadsTimeoutIsOverWhenTheHandlerIsReached() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        BlockingQueue<Boolean> waited = new LinkedBlockingQueue<>();
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
                    reached.countDown();
                    waited.add(goOn.await(10, TimeUnit.SECONDS));
                    return ProxyResponse.of(200, "hello");
                });
                RawConnection client = server.connect()) {
            client.write(GET);
            assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
            server.time.advance(Duration.ofSeconds(60));
            goOn.countDown();
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(waited.poll(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theInterruptOfALateHeadDoesNotReachTheThreadsNextExchange() throws Exception {
        BlockingQueue<Boolean> flags = new LinkedBlockingQueue<>();
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
            flags.add(Thread.currentThread().isInterrupted());
            return ProxyResponse.of(200, "hello");
        })) {
            try (RawConnection slow = server.connect()) {
                slow.write("GET");
                assertThat(endsWhenTimePasses(server, slow, Duration.ofSeconds(11)))
                        .isTrue();
            }
            assertThat(server.exchange(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")))
                    .endsWith("hello");
            assertThat(flags.poll(10, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void whileItDrainsResponsesCloseTheirConnections() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
                    reached.countDown();
                    goOn.await(10, TimeUnit.SECONDS);
                    return ProxyResponse.of(200, "hello");
                });
                RawConnection client = server.connect()) {
            client.write(GET);
            assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
            server.listener.stopAccepting();
            awaitRefused(server.listener.address());
            goOn.countDown();
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("connection: close")
                    .endsWith("hello");
        }
    }

    @Test
    void closingCutsAnIdleConnectionAndIsDoneOnce() throws Exception {
        JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200, "hello"));
        try (RawConnection client = server.connect()) {
            client.write(GET);
            client.readHead();
            client.readExactly(5);
            server.listener.close();
            server.listener.close();
            assertThat(client.readAll()).isEmpty();
            awaitRefused(server.listener.address());
        }
    }

    @Test
    void closingFreesAThreadThatIsBlockedOnItsClient() throws Exception {
        JdkListenerHarness server = new JdkListenerHarness(request -> {
            request.body().readAll(100);
            return ProxyResponse.of(200);
        });
        try (RawConnection client = server.connect()) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
            server.awaitBegin();
            server.listener.close();
            assertThat(server.awaitEnd().outcome()).isNotEqualTo(Outcome.COMPLETED);
        }
    }

    @Test
    void theGivenExecutorRunsTheExchanges() throws Exception {
        BlockingQueue<String> names = new LinkedBlockingQueue<>();
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
            names.add(Thread.currentThread().getName());
            return ProxyResponse.of(200);
        })) {
            Listener.Settings settings = new Listener.Settings(
                    JdkListenerHarness.ANY, null, null, task -> new Thread(task, "given").start(), server.time);
            try (JdkListener own = JdkListener.open(settings, server);
                    RawConnection client = RawConnection.connect(own.address())) {
                client.write(GET);
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            }
            assertThat(names.poll(10, TimeUnit.SECONDS)).isEqualTo("given");
        }
    }

    /** Advances the clock until the connection ends, because it cannot be seen when the server begins to read. */
    private static boolean endsWhenTimePasses(JdkListenerHarness server, RawConnection client, Duration step)
            throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        server.time.start("reader", () -> {
            try {
                if (client.readAll().isEmpty()) {
                    ended.countDown();
                }
            } catch (IOException reset) {
                ended.countDown();
            }
        });
        boolean over = false;
        for (int i = 0; i < 500 && !over; i++) {
            over = ended.await(20, TimeUnit.MILLISECONDS);
            server.time.advance(step);
        }
        return over;
    }

    private static void awaitRefused(InetSocketAddress address) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 500; i++) {
            try {
                RawConnection.connect(address).close();
                never.await(20, TimeUnit.MILLISECONDS);
            } catch (IOException refused) {
                return;
            }
        }
        throw new AssertionError("connections are still accepted at " + address);
    }

    /** The thread of the exchange may be woken, and answer, before the listener itself is told of the cancellation. */
    @Test
    void theAnswerToACancellationIsNotCutByIt() throws Exception {
        TimeSource real = TimeSource.system();
        int length = 32 << 20;
        Signal ready = new Signal();
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
                    Exchange scope = request.exchange();
                    Signal cancelled = new Signal();
                    Exchange attempt = scope.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
                    attempt.onCancel(reason -> {
                        cancelled.fire();
                        awaitBlockedWrite(real, scope.record());
                    });
                    ready.fire();
                    real.await(cancelled, real.deadline(Duration.ofSeconds(10)));
                    scope.notes().failed(new ProxyException(Outcome.TOTAL_TIMEOUT, Delivery.SENT_UNKNOWN, "slow"));
                    return ProxyResponse.builder(504)
                            .body(Body.of(new byte[length]))
                            .build();
                });
                RawConnection client = server.connect()) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            real.await(ready, real.deadline(Duration.ofSeconds(10)));
            server.awaitBegin().cancel(Outcome.TOTAL_TIMEOUT);

            assertThat(client.readHead()).startsWith("HTTP/1.1 504");
            assertThat(client.readAll())
                    .satisfies(rest -> assertThat(rest.length()).isEqualTo(length));
        }
    }

    /** Waits until nothing more is written, because the client takes nothing. */
    private static void awaitBlockedWrite(TimeSource real, ExchangeRecord record) {
        try {
            for (long before = -1; record.responseBytes() == 0 || record.responseBytes() > before; ) {
                before = record.responseBytes();
                real.await(new Signal(), real.deadline(Duration.ofMillis(100)));
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
