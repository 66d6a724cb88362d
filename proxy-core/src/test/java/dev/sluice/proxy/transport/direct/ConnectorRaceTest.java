package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.OtherStarts;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A name with several addresses (RFC 8305): 127.0.0.1 and 127.0.0.4 accept, 127.0.0.2 and 127.0.0.5 never answer, and
 * 127.0.0.3 has no listener.
 */
@Timeout(60)
class ConnectorRaceTest {
    private static final Duration DELAY = Duration.ofMillis(250);

    private final ManualTime time = new ManualTime();
    private final Exchange scope = TestExchange.begin(time);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile List<InetAddress> answer = List.of();
    private Origin origin;
    private Connector connector;

    @BeforeEach
    void start() throws Exception {
        origin = keep(Origin.start());
        connector = keep(Connector.builder().resolver(host -> answer).build());
    }

    @AfterEach
    void close() throws Exception {
        scope.cancel(Outcome.ABANDONED);
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        threads.shutdownNow();
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    private void silent(String address) throws Exception {
        ServerSocket full = keep(new ServerSocket(origin.port(), 1, InetAddress.getByName(address)));
        for (int i = 0; i < 3; i++) {
            SocketChannel filler = keep(SocketChannel.open());
            filler.configureBlocking(false);
            filler.connect(full.getLocalSocketAddress());
        }
    }

    private void answer(String... addresses) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(InetAddress.getByName(address));
        }
        answer = List.copyOf(all);
    }

    private Future<Connection> opening(Connector by) {
        return threads.submit(() -> by.pools()
                .open(
                        origin.destination("a.example"),
                        address -> asked.add(address.getAddress().getHostAddress()),
                        scope));
    }

    private String opened() throws Exception {
        return address(opening(connector));
    }

    private static String address(Future<Connection> opening) throws Exception {
        return opening.get(10, TimeUnit.SECONDS).address().getAddress().getHostAddress();
    }

    /** Waits until this number of connects has begun, and the opening waits for their results. */
    private void awaitDials(int count) throws Exception {
        Awaited.isTrue(() -> asked.size() == count);
        time.awaitWaiters(1);
    }

    @Test
    void theNextAddressIsTriedBesideAfterTheDelay() throws Exception {
        silent("127.0.0.2");
        answer("127.0.0.2", "127.0.0.1");
        Future<Connection> opening = opening(connector);
        awaitDials(1);
        time.advance(DELAY.minusNanos(1));
        assertThat(asked).containsExactly("127.0.0.2");
        assertThat(opening.isDone()).isFalse();
        time.advance(Duration.ofNanos(1));

        assertThat(address(opening)).isEqualTo("127.0.0.1");
        assertThat(asked).containsExactly("127.0.0.2", "127.0.0.1");
        assertThat(connector.statistics().unpooled()).isEqualTo(1);
    }

    @Test
    void theDelayCanBeSet() throws Exception {
        silent("127.0.0.2");
        answer("127.0.0.2", "127.0.0.1");
        Connector patient = keep(Connector.builder()
                .resolver(host -> answer)
                .connectionAttemptDelay(Duration.ofSeconds(2))
                .build());
        Future<Connection> opening = opening(patient);
        awaitDials(1);
        time.advance(Duration.ofMillis(1_999));
        assertThat(asked).containsExactly("127.0.0.2");
        time.advance(Duration.ofMillis(1));

        assertThat(address(opening)).isEqualTo("127.0.0.1");
    }

    @Test
    void aSlowAddressIsTriedLastUntilTheNextResolution() throws Exception {
        silent("127.0.0.2");
        answer("127.0.0.2", "127.0.0.1");
        Future<Connection> first = opening(connector);
        awaitDials(1);
        time.advance(DELAY);
        address(first);
        asked.clear();

        assertThat(opened()).isEqualTo("127.0.0.1");
        assertThat(asked).containsExactly("127.0.0.1");

        time.advance(Duration.ofSeconds(10));
        asked.clear();
        Future<Connection> again = opening(connector);
        awaitDials(1);
        assertThat(asked).containsExactly("127.0.0.2");
        time.advance(DELAY);
        address(again);
    }

    @Test
    void aFailedAddressIsTriedLast() throws Exception {
        answer("127.0.0.3", "127.0.0.1");
        assertThat(opened()).isEqualTo("127.0.0.1");
        assertThat(asked).containsExactly("127.0.0.3", "127.0.0.1");
        asked.clear();

        assertThat(opened()).isEqualTo("127.0.0.1");
        assertThat(asked).containsExactly("127.0.0.1");
    }

    @Test
    void otherwiseTheResolversOrderIsUsedEachTime() throws Exception {
        Origin fourth = keep(Origin.at("127.0.0.4", origin.port()));
        answer("127.0.0.4", "127.0.0.1");
        assertThat(opened()).isEqualTo("127.0.0.4");
        answer("127.0.0.1", "127.0.0.4");
        time.advance(Duration.ofSeconds(10));
        assertThat(opened()).isEqualTo("127.0.0.1");
        answer("127.0.0.4", "127.0.0.1");
        time.advance(Duration.ofSeconds(10));
        assertThat(opened()).isEqualTo("127.0.0.4");

        assertThat(asked).containsExactly("127.0.0.4", "127.0.0.1", "127.0.0.4");
        assertThat(fourth.next()).isNotNull();
    }

    @Test
    void theConnectTimeoutBoundsAllAddresses() throws Exception {
        List<String> ten =
                IntStream.rangeClosed(11, 20).mapToObj(i -> "127.0.0." + i).toList();
        for (String each : ten) {
            silent(each);
        }
        answer(ten.toArray(String[]::new));
        Connector hasty = keep(Connector.builder()
                .resolver(host -> answer)
                .connectTimeout(Duration.ofSeconds(1))
                .build());
        Future<Connection> opening = opening(hasty);
        for (int i = 1; i <= 4; i++) {
            awaitDials(i);
            time.advance(DELAY);
        }
        // The check of deadlines runs every 100 ms, and may have just missed the last one.
        while (!opening.isDone()) {
            time.advance(Duration.ofMillis(100));
            Thread.onSpinWait();
        }

        assertThatThrownBy(() -> opening.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(ProxyException.class, late -> {
                    assertThat(late.outcome()).isEqualTo(Outcome.CONNECT_TIMEOUT);
                    assertThat(late).hasMessageContaining("a.example:" + origin.port());
                    assertThat(late.publicDetail()).isNull();
                });
        assertThat(asked).isEqualTo(ten.subList(0, 4));
    }

    @Test
    void theResolversTimeCountsTowardsTheConnectTimeout() throws Exception {
        Connector hasty = keep(Connector.builder()
                .resolver(host -> {
                    time.advance(Duration.ofSeconds(1));
                    return answer;
                })
                .connectTimeout(Duration.ofSeconds(1))
                .build());
        answer("127.0.0.1");
        Future<Connection> opening = opening(hasty);

        assertThatThrownBy(() -> opening.get(10, TimeUnit.SECONDS)).hasMessageContaining("a.example");
        assertThat(origin.count()).isZero();
    }

    @Test
    void theRuleIsAskedAboutEachAddressBeforeItIsConnectedTo() throws Exception {
        silent("127.0.0.2");
        Origin fourth = keep(Origin.at("127.0.0.4", origin.port()));
        answer("127.0.0.2", "127.0.0.1", "127.0.0.4");
        Future<Connection> opening = threads.submit(() -> connector
                .pools()
                .open(
                        origin.destination("a.example"),
                        address -> asked.add(address.getAddress().getHostAddress())
                                && !address.getAddress().getHostAddress().equals("127.0.0.1"),
                        scope));
        awaitDials(1);
        time.advance(DELAY);

        assertThat(address(opening)).isEqualTo("127.0.0.4");
        fourth.next();
        assertThat(origin.count()).isZero();
    }

    @Test
    void losingConnectionsAreClosed() throws Exception {
        Origin fourth = keep(Origin.at("127.0.0.4", origin.port()));
        answer("127.0.0.1", "127.0.0.4");
        List<Runnable> held = new CopyOnWriteArrayList<>();
        Exchange within = TestExchange.begin(holding(time, held));
        Future<Connection> opening = threads.submit(() -> connector
                .pools()
                .open(
                        origin.destination("a.example"),
                        address -> asked.add(address.getAddress().getHostAddress()),
                        within));
        awaitDials(1);
        time.advance(DELAY);
        assertThat(address(opening)).isEqualTo("127.0.0.4");
        held.forEach(Runnable::run);

        fourth.next();
        assertThat(origin.count()).isZero();
    }

    /** Does not start the first task that connects. */
    private static TimeSource holding(TimeSource time, List<Runnable> held) {
        return new OtherStarts(time, (name, work) -> {
            if (name.equals("connect") && held.isEmpty()) {
                held.add(work);
                return new Signal();
            }
            return time.start(name, work);
        });
    }

    @Test
    void aCancellationBreaksAllConnectsOff() throws Exception {
        silent("127.0.0.2");
        silent("127.0.0.5");
        answer("127.0.0.2", "127.0.0.5", "127.0.0.6");
        Future<Connection> opening = opening(connector);
        awaitDials(1);
        time.advance(DELAY);
        awaitDials(2);
        scope.cancel(Outcome.CLIENT_LEFT);

        assertThatThrownBy(() -> opening.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        ProxyException.class, left -> assertThat(left.outcome()).isEqualTo(Outcome.CLIENT_LEFT));
        assertThat(asked).containsExactly("127.0.0.2", "127.0.0.5");
        assertThat(connector.statistics().unpooled()).isZero();
    }

    @Test
    void anInterruptBreaksAllConnectsOff() throws Exception {
        silent("127.0.0.2");
        answer("127.0.0.2", "127.0.0.1");
        Future<Connection> opening = opening(connector);
        awaitDials(1);
        threads.shutdownNow();

        assertThatThrownBy(() -> opening.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        assertThat(connector.statistics().unpooled()).isZero();
    }

    @Test
    void anAddressThatFailsTheHandshakeIsFollowedByTheNext() throws Exception {
        Destination tls = new Destination("https", new Authority("a.example", origin.port()));
        answer("127.0.0.1", "127.0.0.3");
        Future<Connection> opening =
                threads.submit(() -> connector.pools().open(tls, address -> asked.add(address.toString()), scope));
        origin.next().close();

        assertThatThrownBy(() -> opening.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        ProxyException.class, last -> assertThat(last.outcome()).isEqualTo(Outcome.CONNECT_FAILED));
        assertThat(asked).hasSize(2);
    }
}
