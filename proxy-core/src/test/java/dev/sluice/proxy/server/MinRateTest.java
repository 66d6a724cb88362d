package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.EndlessInput;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that are slow but never silent. */
class MinRateTest {
    private static final MinRate RATE = new MinRate(100, Duration.ofSeconds(5));

    private final ManualTime time = new ManualTime();
    private final RecordingListener records = new RecordingListener();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean refused;

    static Stream<Transport> transports() {
        return Stream.of(DirectTransport.shared(), JdkTransport.shared());
    }

    private ProxyServer server(Transport transport, MinRate rate) {
        return ProxyServer.builder()
                .transport(transport)
                .time(time)
                .drain(Duration.ZERO)
                .addListener(records)
                .timeouts(Timeouts.builder().minRate(rate).build())
                .addRoute("/upload", this::take)
                .addRoute(
                        "/download",
                        request -> ProxyResponse.builder(200)
                                .body(Body.of(new EndlessInput(65_536, () -> {}), 1L << 40))
                                .build())
                .build()
                .start();
    }

    private ProxyResponse take(ProxyRequest request) throws IOException {
        InputStream body = request.body().open();
        byte[] bytes = new byte[65536];
        try {
            for (int n = body.read(bytes); n >= 0; n = body.read(bytes)) {
                received.addAndGet(n);
            }
        } catch (IOException refusal) {
            refused = true;
            throw refusal;
        }
        return ProxyResponse.of(200);
    }

    /** From then on time stands still: the answer must not be late because the machine is slow. */
    private boolean isOver() {
        return refused || !records.records().isEmpty();
    }

    private static RawConnection upload(ProxyServer server) throws IOException {
        RawConnection client = RawConnection.connect(server.address());
        client.write("POST /upload HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10000000\r\n\r\n");
        return client;
    }

    /** Sends this number of bytes each second, for this number of seconds or until the exchange has ended. */
    private void send(RawConnection client, int bytes, int seconds) throws Exception {
        long total = received.get();
        for (int i = 0; i < seconds && !isOver(); i++) {
            client.write("x".repeat(bytes));
            total += bytes;
            for (int turn = 0; turn < 10_000 && received.get() < total && !isOver(); turn++) {
                pause();
            }
            for (int tenth = 0; tenth < 10 && !isOver(); tenth++) {
                time.advance(Duration.ofMillis(100));
                pause();
            }
        }
    }

    private static void pause() throws InterruptedException {
        new CountDownLatch(1).await(4, TimeUnit.MILLISECONDS);
    }

    private ExchangeRecord ended() throws InterruptedException {
        return records.awaitEnded(1).get(0);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aVerySlowUploadIsRefusedAfterTheGrace(Transport transport) throws Exception {
        try (ProxyServer server = server(transport, RATE);
                RawConnection client = upload(server)) {
            send(client, 1, 20);

            assertThat(client.readHead()).startsWith("HTTP/1.1 408 ");
            assertThat(ended().failure().outcome()).isEqualTo(Outcome.CLIENT_BODY_TIMEOUT);
            assertThat(received.get()).isBetween(4L, 8L);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anEndlessGraceMeansNoMinRate(Transport transport) throws Exception {
        MinRate forgiving = new MinRate(100, ChronoUnit.FOREVER.getDuration());
        try (ProxyServer server = server(transport, forgiving);
                RawConnection client = upload(server)) {
            send(client, 1, 10);

            assertThat(received.get()).isEqualTo(10);
            assertThat(records.records()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aFastBeginningDoesNotHelp(Transport transport) throws Exception {
        try (ProxyServer server = server(transport, RATE);
                RawConnection client = upload(server)) {
            send(client, 100_000, 1);
            send(client, 1, 20);

            assertThat(client.readHead()).startsWith("HTTP/1.1 408 ");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anUploadAtTheRateGoesOn(Transport transport) throws Exception {
        try (ProxyServer server = server(transport, RATE);
                RawConnection client = upload(server)) {
            send(client, 110, 30);
            assertThat(records.records()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void byDefaultThereIsNoMinRate(Transport transport) throws Exception {
        try (ProxyServer server = server(transport, Timeouts.DEFAULT.minRate());
                RawConnection client = upload(server)) {
            send(client, 1, 30);
            assertThat(records.records()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aResponseThatIsReadTooSlowlyIsCut(Transport transport) throws Exception {
        try (ProxyServer server = server(transport, new MinRate(1_000_000, Duration.ofSeconds(1)));
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET /download HTTP/1.1\r\nHost: a.test\r\n\r\n");
            client.readHead();
            // Less than the default idle timeout of a minute.
            for (int i = 0; i < 300 && records.records().isEmpty(); i++) {
                client.readExactly(1);
                time.advance(Duration.ofMillis(100));
                pause();
            }
            assertThat(ended().outcome()).isEqualTo(Outcome.CLIENT_WRITE_TIMEOUT);
        }
    }

    @Test
    void aRateIsNotNegativeAndItsGraceIsPositive() {
        assertThatThrownBy(() -> new MinRate(-1, Duration.ofSeconds(1)))
                .hasMessage("min rate bytesPerSecond must not be negative: -1");
        assertThatThrownBy(() -> new MinRate(1, Duration.ZERO)).hasMessage("min rate grace must be positive: 0 s");
    }
}
