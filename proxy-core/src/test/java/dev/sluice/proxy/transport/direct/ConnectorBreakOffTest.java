package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.Threads;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Awaited;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server whose backlog is full accepts nothing, so a connect hangs until it is broken off. */
@Timeout(60)
class ConnectorBreakOffTest {
    private final ManualTime time = new ManualTime();
    private final Exchange scope = TestExchange.begin(time);
    private final Connector connector = Connector.builder()
            .connectTimeout(Duration.ofSeconds(3))
            .resolver(host -> List.of(InetAddress.getByName("127.0.0.1")))
            .build();
    private final List<SocketChannel> fillers = new ArrayList<>();
    private ServerSocket full;

    static List<Threads> threads() {
        return Threads.all();
    }

    @BeforeEach
    void fillTheQueue() throws Exception {
        full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        for (int i = 0; i < 3; i++) {
            SocketChannel filler = SocketChannel.open();
            filler.configureBlocking(false);
            filler.connect(full.getLocalSocketAddress());
            fillers.add(filler);
        }
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        full.close();
    }

    private Destination destination() {
        return new Destination("http", new Authority("a.example", full.getLocalPort()));
    }

    /** Begins to connect. Returns when the connect has reached the operating system, as far as that can be seen. */
    private Future<Connection> connecting(Threads threads, CompletableFuture<Thread> thread) throws Exception {
        CompletableFuture<Connection> result = new CompletableFuture<>();
        CompletableFuture<InetSocketAddress> asked = new CompletableFuture<>();
        thread.complete(threads.start(() -> {
            try {
                result.complete(connector.pools().acquire(destination(), asked::complete, scope, false));
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        }));
        asked.get(10, TimeUnit.SECONDS);
        return result;
    }

    private static Throwable failure(Future<Connection> result) throws Exception {
        try {
            result.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    @ParameterizedTest
    @MethodSource("threads")
    void aConnectThatHangsTimesOut(Threads threads) throws Exception {
        Future<Connection> hanging = connecting(threads, new CompletableFuture<>());
        Awaited.isTrue(() -> {
            time.advance(Duration.ofMillis(100));
            return hanging.isDone();
        });

        assertThat(failure(hanging)).isInstanceOfSatisfying(ProxyException.class, late -> {
            assertThat(late.outcome()).isEqualTo(Outcome.CONNECT_TIMEOUT);
            assertThat(late.delivery()).isEqualTo(Delivery.NOT_SENT);
            assertThat(late).hasMessage(destination().authority() + " at 127.0.0.1 was not connected to within 3 s");
        });
        assertThat(connector.statistics().active()).isZero();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void cancellationBreaksAConnectOff(Threads threads) throws Exception {
        Future<Connection> hanging = connecting(threads, new CompletableFuture<>());
        scope.cancel(Outcome.CLIENT_LEFT);

        assertThat(failure(hanging)).isInstanceOfSatisfying(ProxyException.class, cancelled -> {
            assertThat(cancelled.outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(cancelled.delivery()).isEqualTo(Delivery.NOT_SENT);
        });
        assertThat(connector.statistics().active()).isZero();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void anInterruptBreaksAConnectOff(Threads threads) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<Connection> hanging = connecting(threads, thread);
        thread.get().interrupt();

        assertThat(failure(hanging)).isInstanceOf(InterruptedException.class);
        assertThat(connector.statistics().active()).isZero();
    }

    @ParameterizedTest
    @MethodSource("threads")
    void aCancelledCallDoesNotConnect(Threads threads) throws Exception {
        scope.cancel(Outcome.TOTAL_TIMEOUT);

        assertThatThrownBy(() -> connector.pools().open(destination(), AddressRule.ANY, scope))
                .isInstanceOfSatisfying(
                        ProxyException.class, late -> assertThat(late.outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT));
        assertThat(connector.statistics().unpooled()).isZero();
    }
}
