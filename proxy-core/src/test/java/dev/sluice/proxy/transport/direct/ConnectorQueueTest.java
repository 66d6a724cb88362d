package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Awaited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens while all allowed connections are in use. */
@Timeout(60)
class ConnectorQueueTest {
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final ManualTime time = new ManualTime();
    private final Exchange scope = TestExchange.begin(time);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Origin origin;
    private Connector connector;

    @BeforeEach
    void start() throws Exception {
        origin = Origin.start();
        limits(ConnectionLimits.builder().active(1));
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        origin.close();
        threads.shutdownNow();
    }

    private void limits(ConnectionLimits.Builder limits) {
        connector = Connector.builder()
                .limits(limits.waitTimeout(WAIT).lifetime(Duration.ofDays(1)).build())
                .build();
    }

    private Connection acquire() throws Exception {
        return acquire(scope);
    }

    private Connection acquire(Exchange within) throws Exception {
        return connector.pools().acquire(origin.destination(), AddressRule.ANY, within, false);
    }

    /** Starts an acquisition. Returns when it waits. */
    private Future<Connection> waiting(Callable<Connection> acquire) throws Exception {
        int before = connector.statistics().waiting();
        Future<Connection> result = threads.submit(acquire);
        time.awaitWaiters(before + 1);
        assertThat(connector.statistics().waiting()).isEqualTo(before + 1);
        return result;
    }

    private static Connection done(Future<Connection> result) throws Exception {
        return result.get(10, TimeUnit.SECONDS);
    }

    private static ProxyException failure(Future<Connection> result) throws Exception {
        try {
            done(result);
        } catch (ExecutionException failed) {
            return (ProxyException) failed.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    private void assertNothingLost() throws Exception {
        assertThat(connector.statistics().waiting()).isZero();
        assertThat(connector.statistics().active()).isZero();
        acquire().release();
    }

    @Test
    void aReleasedConnectionGoesToTheFirstWaiter() throws Exception {
        Connection held = acquire();
        Future<Connection> first = waiting(this::acquire);
        Future<Connection> second = waiting(this::acquire);
        held.release();

        Connection handed = done(first);
        assertThat(handed.wire()).isSameAs(held.wire());
        assertThat(second.isDone()).isFalse();
        handed.release();
        done(second).release();
        assertThat(origin.count()).isLessThanOrEqualTo(1);
        assertThat(connector.statistics().reused()).isEqualTo(2);
        assertNothingLost();
    }

    @Test
    void thePlaceOfAClosedConnectionGoesToTheFirstWaiter() throws Exception {
        Connection held = acquire();
        Future<Connection> first = waiting(this::acquire);
        held.close();

        Connection opened = done(first);
        assertThat(opened.reused()).isFalse();
        opened.release();
        assertNothingLost();
    }

    @Test
    void aCallThatWaitsTooLongIsRefusedAndTheOriginNotBlamed() throws Exception {
        Connection held = acquire();
        Future<Connection> waiter = waiting(this::acquire);
        time.advance(WAIT);

        ProxyException late = failure(waiter);
        assertThat(late.outcome()).isEqualTo(Outcome.OVERLOADED);
        assertThat(late.outcome().blamesUpstream()).isFalse();
        assertThat(late.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(late)
                .hasMessage(
                        "all 1 connections to " + origin.destination() + " are in use, and none was free within 5 s");
        assertThat(connector.statistics().turnedAway()).isEqualTo(1);
        held.release();
        assertNothingLost();
    }

    @Test
    void aCallIsRefusedAtOnceIfTheQueueIsFull() throws Exception {
        limits(ConnectionLimits.builder().active(1).waiting(1));
        Connection held = acquire();
        Future<Connection> waiter = waiting(this::acquire);

        assertThatThrownBy(this::acquire)
                .hasMessage("all 1 connections to " + origin.destination() + " are in use, and 1 others wait for one")
                .isInstanceOfSatisfying(
                        ProxyException.class, full -> assertThat(full.outcome()).isEqualTo(Outcome.OVERLOADED));
        held.release();
        done(waiter).release();
        assertNothingLost();
    }

    @Test
    void cancellationEndsTheWait() throws Exception {
        Connection held = acquire();
        Exchange cancelled = TestExchange.begin(time);
        Future<Connection> waiter = waiting(() -> acquire(cancelled));
        cancelled.cancel(Outcome.CLIENT_LEFT);

        ProxyException failure = failure(waiter);
        assertThat(failure.outcome()).isEqualTo(Outcome.CLIENT_LEFT);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(connector.statistics().turnedAway()).isZero();
        held.release();
        assertNothingLost();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        Connection held = acquire();
        Future<Connection> waiter = waiting(this::acquire);
        waiter.cancel(true);
        Awaited.isTrue(() -> connector.statistics().waiting() == 0);
        held.release();

        assertNothingLost();
    }

    @Test
    void closingTheConnectorEndsTheWait() throws Exception {
        Connection held = acquire();
        Future<Connection> waiter = waiting(this::acquire);
        connector.close();

        assertThat(failure(waiter).outcome()).isEqualTo(Outcome.SHUT_DOWN);
        held.release();
        assertThat(connector.statistics().active()).isZero();
        assertThat(connector.statistics().idle()).isZero();
    }

    @Test
    void aPlaceWhoseConnectionFailsGoesToTheNext() throws Exception {
        Connection held = acquire();
        AddressRule none = address -> false;
        Future<Connection> refused = waiting(() -> connector.pools().acquire(origin.destination(), none, scope, false));
        Future<Connection> next = waiting(this::acquire);
        held.close();

        assertThat(failure(refused).outcome()).isEqualTo(Outcome.REFUSED);
        done(next).release();
        assertNothingLost();
    }

    @Test
    void noPlaceIsLostInAnyRace() throws Exception {
        limits(ConnectionLimits.builder().active(8).idle(4).waiting(1_000));
        AtomicInteger inUse = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicReference<Throwable> fault = new AtomicReference<>();
        int count = 64;
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(threads.submit(() -> {
                start.await();
                for (int round = 0; round < 60; round++) {
                    use(inUse, most, fault);
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : all) {
            each.get(50, TimeUnit.SECONDS);
        }

        assertThat(fault.get()).isNull();
        assertThat(most.get()).isBetween(1, 8);
        ConnectionStatistics end = connector.statistics();
        assertThat(end.active()).isZero();
        assertThat(end.waiting()).isZero();
        assertThat(end.turnedAway()).isZero();
        assertThat(end.idle()).isBetween(0, 4);
        assertThat(end.opened()).isEqualTo(end.closed() + end.idle());
        assertNothingLost();
    }

    private void use(AtomicInteger inUse, AtomicInteger most, AtomicReference<Throwable> fault) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Exchange within = TestExchange.begin(time);
        if (random.nextInt(4) == 0) {
            threads.submit(() -> within.cancel(Outcome.CLIENT_LEFT));
        }
        try {
            Connection connection =
                    connector.pools().acquire(origin.destination(), AddressRule.ANY, within, random.nextInt(8) == 0);
            most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
            Thread.yield();
            inUse.decrementAndGet();
            if (random.nextInt(4) == 0) {
                connection.close();
            } else {
                connection.release();
            }
            connection.close();
        } catch (ProxyException cancelled) {
            if (cancelled.outcome() != Outcome.CLIENT_LEFT) {
                fault.set(cancelled);
            }
        } catch (Throwable unexpected) {
            fault.set(unexpected);
        }
    }
}
