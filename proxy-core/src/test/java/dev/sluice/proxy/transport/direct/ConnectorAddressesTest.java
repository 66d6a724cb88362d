package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.connect.Resolver;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names, their addresses, and the address rule. */
@Timeout(60)
class ConnectorAddressesTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ManualTime time = new ManualTime();
    private final Exchange scope = TestExchange.begin(time);
    private final AtomicInteger questions = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Resolver resolver = host -> List.of();
    private Connector connector;
    private Origin origin;

    @BeforeEach
    void start() throws Exception {
        origin = Origin.start();
        connector = Connector.builder()
                .resolver(host -> {
                    questions.incrementAndGet();
                    return resolver.resolve(host);
                })
                .resolveInterval(INTERVAL)
                .limits(ConnectionLimits.builder()
                        .idleTimeout(Duration.ofHours(1))
                        .build())
                .build();
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        origin.close();
        threads.shutdownNow();
    }

    private static Resolver answering(String... addresses) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(InetAddress.getByName(address));
        }
        return host -> all;
    }

    private Connection acquire() throws Exception {
        return acquire(AddressRule.ANY);
    }

    private Connection acquire(AddressRule rule) throws Exception {
        return connector.pools().acquire(origin.destination("a.example"), rule, scope, false);
    }

    private ProxyException failure(AddressRule rule) throws Exception {
        return failure(origin.destination("a.example"), rule);
    }

    private ProxyException failure(Destination destination, AddressRule rule) throws Exception {
        try {
            connector.pools().acquire(destination, rule, scope, false);
        } catch (ProxyException failure) {
            return failure;
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void aLiteralAddressIsNotResolved() throws Exception {
        connector.pools().acquire(origin.destination("127.0.0.1"), AddressRule.ANY, scope, false);

        assertThat(questions).hasValue(0);
    }

    @Test
    void theAddressesAreTriedInTheirOrder() throws Exception {
        resolver = answering("127.0.0.3", "127.0.0.2", "127.0.0.1", "127.0.0.1");
        List<String> asked = new CopyOnWriteArrayList<>();
        Connection connection =
                acquire(address -> asked.add(address.getAddress().getHostAddress()));

        assertThat(connection.address().getAddress().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(asked).containsExactly("127.0.0.3", "127.0.0.2", "127.0.0.1");
    }

    @Test
    void anIpv6AddressIsConnectedTo() throws Exception {
        Origin v6;
        try {
            v6 = Origin.at("::1", 0);
        } catch (IOException noIpv6) {
            assumeThat(noIpv6).isNull();
            return;
        }
        try (v6) {
            resolver = answering("::1");
            Connection connection =
                    connector.pools().acquire(v6.destination("a.example"), AddressRule.ANY, scope, false);
            assertThat(connection.address().getAddress()).isEqualTo(InetAddress.getByName("::1"));
            assertThat(connector
                            .pools()
                            .acquire(v6.destination("::1"), AddressRule.ANY, scope, false)
                            .address())
                    .isEqualTo(connection.address());
        }
    }

    @Test
    void anAddressThatTheRuleRefusesIsNeverConnectedTo() throws Exception {
        try (Origin second = Origin.at("127.0.0.2", origin.port())) {
            resolver = answering("127.0.0.1", "127.0.0.2");
            Connection connection =
                    acquire(address -> !address.getAddress().getHostAddress().equals("127.0.0.1"));

            assertThat(connection.address().getAddress().getHostAddress()).isEqualTo("127.0.0.2");
            second.next();
            assertThat(origin.count()).isZero();
        }
    }

    @Test
    void whenTheRulePermitsNoAddressTheRequestIsRefusedWithoutNamingThem() throws Exception {
        resolver = answering("127.0.0.1", "127.0.0.2");
        ProxyException refused = failure(AddressRule.PUBLIC);

        assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(refused.publicDetail()).isEqualTo("connections to this destination are not allowed");
        assertThat(refused).hasMessageContaining("a.example").hasMessageContaining("127.0.0.2");
        assertThat(connector.statistics().active()).isZero();
    }

    @Test
    void whenAllPermittedAddressesFailTheLastFailureCounts() throws Exception {
        resolver = answering("127.0.0.1", "127.0.0.2", "8.8.8.8");
        try (RefusingPort port = new RefusingPort()) {
            Destination refusing = new Destination("http", new Authority("a.example", port.number()));
            ProxyException failed =
                    failure(refusing, address -> address.getAddress().isLoopbackAddress());

            assertThat(failed.outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(failed.delivery()).isEqualTo(Delivery.NOT_SENT);
            assertThat(failed)
                    .hasMessageContaining("a.example:" + port.number())
                    .hasMessageContaining("127.0.0.2");
            assertThat(failed.publicDetail()).isNull();
        }
        assertThat(connector.statistics().failed()).isEqualTo(1);
        assertThat(connector.statistics().active()).isZero();
    }

    @Test
    void anUnresolvedNameHasItsOwnFailure() throws Exception {
        resolver = host -> {
            throw new UnknownHostException(host);
        };
        ProxyException failed = failure(AddressRule.ANY);

        assertThat(failed.outcome()).isEqualTo(Outcome.RESOLVE_FAILED);
        assertThat(failed.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(failed).hasMessageContaining("a.example");
        assertThat(failed.publicDetail()).isNull();
        time.advance(INTERVAL);
        resolver = answering();
        assertThat(failure(AddressRule.ANY).outcome()).isEqualTo(Outcome.RESOLVE_FAILED);
        time.advance(INTERVAL);
        resolver = answering("127.0.0.1");
        assertThat(acquire().reused()).isFalse();
    }

    @Test
    void aFailureIsRememberedFor10Seconds() throws Exception {
        resolver = host -> {
            throw new UnknownHostException(host);
        };
        failure(AddressRule.ANY);
        resolver = answering("127.0.0.1");
        time.advance(INTERVAL.minusNanos(1));
        assertThat(failure(AddressRule.ANY))
                .hasMessage("a.example was not resolved: java.net.UnknownHostException: a.example");
        assertThat(questions).hasValue(1);

        time.advance(Duration.ofNanos(1));
        acquire();
        assertThat(questions).hasValue(2);
    }

    @Test
    void aFailureIsRememberedForAShorterResolveInterval() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Connector hasty = Connector.builder()
                .resolveInterval(Duration.ofMillis(500))
                .resolver(host -> {
                    asked.incrementAndGet();
                    throw new UnknownHostException(host);
                })
                .build()) {
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 3; j++) {
                    assertThatThrownBy(
                                    () -> hasty.pools().open(origin.destination("a.example"), AddressRule.ANY, scope))
                            .isInstanceOf(ProxyException.class);
                }
                time.advance(Duration.ofMillis(500));
            }
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void aReusedConnectionNeedsNoResolver() throws Exception {
        resolver = answering("127.0.0.1");
        acquire().release();
        acquire().release();
        acquire();
        acquire();

        assertThat(questions).hasValue(1);
    }

    @Test
    void aChangedNameIsFollowed() throws Exception {
        try (Origin second = Origin.at("127.0.0.2", origin.port())) {
            resolver = answering("127.0.0.1");
            Connection active = acquire();
            Connection untouched = acquire();
            Connection idle = acquire();
            untouched.release();
            idle.release();
            resolver = answering("127.0.0.2");
            time.advance(INTERVAL);
            // The old connection still serves while the name is looked up at the same time.
            Connection during = acquire();
            assertThat(during.wire()).isSameAs(idle.wire());
            Awaited.isTrue(() -> untouched.wire().closed());
            during.release();
            active.release();

            assertThat(during.wire().closed()).isTrue();
            assertThat(active.wire().closed()).isTrue();
            assertThat(acquire().address().getAddress().getHostAddress()).isEqualTo("127.0.0.2");
            assertThat(connector.statistics().closedMoved()).isEqualTo(3);
            assertThat(second.next()).isNotNull();
        }
    }

    @Test
    void aNewConnectionUsesANewAnswerAfterTheInterval() throws Exception {
        try (Origin second = Origin.at("127.0.0.2", origin.port())) {
            resolver = answering("127.0.0.1");
            acquire();
            resolver = answering("127.0.0.2");
            time.advance(INTERVAL);

            assertThat(acquire().address().getAddress().getHostAddress()).isEqualTo("127.0.0.2");
            assertThat(second.next()).isNotNull();
        }
    }

    @Test
    void theLastGoodAnswerHoldsWhileTheResolverFails() throws Exception {
        resolver = answering("127.0.0.1");
        acquire();
        resolver = host -> {
            throw new UnknownHostException(host);
        };
        time.advance(INTERVAL);
        acquire();
        acquire();

        assertThat(questions).hasValue(2);
    }

    @Test
    void anExpiredAnswerIsUsedIfNoNewOneComesWithinASecond() throws Exception {
        resolver = answering("127.0.0.1");
        acquire();
        CountDownLatch never = new CountDownLatch(1);
        resolver = host -> {
            await(never);
            throw new UnknownHostException(host);
        };
        time.advance(INTERVAL);
        Future<Connection> waiting = threads.submit(() -> acquire());
        time.awaitWaiters(1);
        assertThat(waiting.isDone()).isFalse();
        time.advance(Duration.ofSeconds(1));
        assertThat(waiting.get(10, TimeUnit.SECONDS).address().getPort()).isEqualTo(origin.port());
        acquire();
        never.countDown();

        Awaited.isTrue(() -> questions.get() == 2);
    }

    @Test
    void oneQuestionIsAskedAtATime() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        InetAddress address = InetAddress.getByName("127.0.0.1");
        resolver = host -> {
            await(answer);
            return List.of(address);
        };
        List<Future<Connection>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(threads.submit(() -> acquire()));
        }
        time.awaitWaiters(8);
        answer.countDown();
        for (Future<Connection> each : all) {
            each.get(10, TimeUnit.SECONDS);
        }

        assertThat(questions).hasValue(1);
    }

    @Test
    void aResolverThatHangsCanBeCancelledAndTimesOut() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        resolver = host -> {
            await(never);
            throw new UnknownHostException(host);
        };
        Future<ProxyException> cancelled = threads.submit(() -> failure(AddressRule.ANY));
        time.awaitWaiters(1);
        scope.cancel(Outcome.CLIENT_LEFT);
        assertThat(cancelled.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.CLIENT_LEFT);

        Future<ProxyException> late = threads.submit(() -> {
            try {
                return failureOf(TestExchange.begin(time));
            } catch (InterruptedException interrupt) {
                throw new AssertionError(interrupt);
            }
        });
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(5));
        assertThat(late.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.RESOLVE_FAILED);
        assertThat(late.get()).hasMessage("a.example was not resolved: no answer within 5 s");
        // No request waits again for a question that has been open for this long.
        assertThat(failure(AddressRule.ANY)).hasMessage("a.example was not resolved: no answer within 5 s");
        assertThat(connector.statistics().active()).isZero();
        never.countDown();
    }

    private ProxyException failureOf(Exchange within) throws InterruptedException {
        try {
            connector.pools().acquire(origin.destination("a.example"), AddressRule.ANY, within, false);
        } catch (ProxyException failure) {
            return failure;
        }
        throw new AssertionError("it did not fail");
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            throw new IOException(interrupt);
        }
    }
}
