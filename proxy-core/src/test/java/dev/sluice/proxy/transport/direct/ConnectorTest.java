package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections are kept and used again. */
@Timeout(60)
class ConnectorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final Exchange scope = TestExchange.begin(time);
    private Connector connector = Connector.builder().build();
    private Origin origin;

    @BeforeEach
    void startOrigin() throws Exception {
        origin = Origin.start();
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        origin.close();
    }

    private Connection acquire() throws Exception {
        return connector.pools().acquire(origin.destination(), AddressRule.ANY, scope, false);
    }

    private Connection acquireFresh() throws Exception {
        return connector.pools().acquire(origin.destination(), AddressRule.ANY, scope, true);
    }

    private void limits(ConnectionLimits.Builder limits) {
        connector = Connector.builder().limits(limits.build()).build();
    }

    /** Makes two idle connections. Returns the one that was released last. */
    private InetSocketAddress twoIdle() throws Exception {
        Connection first = acquire();
        Connection second = acquire();
        first.release();
        second.release();
        return second.wire().local();
    }

    @Test
    void aLateReleaseDoesNotTouchTheNextUser() throws Exception {
        Connection first = acquire();
        first.release();
        Connection second = acquire();
        second.wire().readDeadline(time.deadline(SECOND));
        first.release();
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            try {
                return second.wire().read(new byte[1], 0, 1);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        Awaited.isTrue(() -> {
            time.advance(SECOND);
            return read.isDone();
        });
        assertThatThrownBy(read::get).hasRootCauseInstanceOf(WireTimeoutException.class);
    }

    @Test
    void bytesGoBothWays() throws Exception {
        Connection connection = acquire();
        Socket peer = origin.next();
        connection.wire().write("ping".getBytes(StandardCharsets.US_ASCII), 0, 4);
        assertThat(peer.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
        peer.getOutputStream().write("pong".getBytes(StandardCharsets.US_ASCII));

        byte[] read = new byte[4];
        assertThat(connection.input().read(read, 0, 4)).isEqualTo(4);
        assertThat(connection.address())
                .isEqualTo(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), origin.port()));
        assertThat(connection.reused()).isFalse();
    }

    @Test
    void aReleasedConnectionIsUsedAgain() throws Exception {
        Connection first = acquire();
        first.release();
        Connection second = acquire();

        assertThat(second.wire()).isSameAs(first.wire());
        assertThat(second.input()).isSameAs(first.input());
        assertThat(second.reused()).isTrue();
        assertThat(second.uses()).isEqualTo(2);
        assertThat(first.uses()).isEqualTo(1);
        ConnectionStatistics statistics = connector.statistics(origin.uri());
        assertThat(statistics.opened()).isEqualTo(1);
        assertThat(statistics.reused()).isEqualTo(1);
        assertThat(statistics.active()).isEqualTo(1);
        assertThat(connector.statistics()).isEqualTo(statistics);
    }

    @Test
    void theMostRecentlyUsedIsTakenFirst() throws Exception {
        InetSocketAddress recent = twoIdle();

        assertThat(acquire().wire().local()).isEqualTo(recent);
    }

    @Test
    void aLateCloseDoesNotHarmTheNextUser() throws Exception {
        Connection first = acquire();
        first.release();
        Connection second = acquire();
        first.close();
        first.release();

        assertThat(second.wire().closed()).isFalse();
        assertThat(connector.statistics().active()).isEqualTo(1);
        assertThat(connector.statistics().idle()).isZero();
    }

    @Test
    void aClosedConnectionIsNotUsedAgain() throws Exception {
        Connection first = acquire();
        first.close();
        first.release();
        Connection second = acquire();

        assertThat(second.wire()).isNotSameAs(first.wire());
        assertThat(Origin.isClosedByPeer(origin.next())).isTrue();
        assertThat(connector.statistics().closedInUse()).isEqualTo(1);
    }

    @Test
    void aConnectionThatTheOriginClosedIsNoticedBeforeItIsUsed() throws Exception {
        Connection first = acquire();
        first.release();
        origin.next().close();
        Connection second = awaitAnother(first);

        assertThat(second.reused()).isFalse();
        assertThat(first.wire().closed()).isTrue();
        assertThat(connector.statistics().closedDead()).isEqualTo(1);
    }

    @Test
    void aConnectionWithUnaskedBytesIsNotUsedAgain() throws Exception {
        Connection first = acquire();
        first.release();
        origin.next().getOutputStream().write("HTTP/1.1 408 \r\n".getBytes(StandardCharsets.US_ASCII));
        awaitAnother(first);

        assertThat(connector.statistics().closedDead()).isEqualTo(1);
    }

    /** The bytes that the origin sent may take a moment to arrive. */
    private Connection awaitAnother(Connection first) throws Exception {
        AtomicReference<Connection> next = new AtomicReference<>(first);
        Awaited.isTrue(() -> {
            next.get().release();
            next.set(acquire());
            return next.get().wire() != first.wire();
        });
        return next.get();
    }

    @Test
    void aConnectionWithUnreadInputIsNotPooled() throws Exception {
        Connection first = acquire();
        origin.next().getOutputStream().write(new byte[3]);
        byte[] one = new byte[1];
        assertThat(first.input().read(one, 0, 1)).isEqualTo(1);
        while (first.input().available() < 2) {
            first.input().fill();
        }
        first.release();

        assertThat(first.wire().closed()).isTrue();
        assertThat(connector.statistics().closedInUse()).isEqualTo(1);
    }

    @Test
    void aConnectionUnusedForTooLongIsClosed() throws Exception {
        limits(ConnectionLimits.builder().idleTimeout(SECOND.multipliedBy(20)));
        acquire().release();
        time.advance(Duration.ofMillis(19_900));
        assertThat(connector.statistics().idle()).isEqualTo(1);
        time.advance(SECOND.multipliedBy(2));

        assertThat(connector.statistics().idle()).isZero();
        assertThat(connector.statistics().closedIdle()).isEqualTo(1);
        assertThat(Origin.isClosedByPeer(origin.next())).isTrue();
    }

    @Test
    void keepAliveShortensTheIdleLife() throws Exception {
        Connection connection = acquire();
        connection.keepAlive(SECOND.multipliedBy(5));
        connection.release();
        time.advance(Duration.ofMillis(3_900));
        assertThat(connector.statistics().idle()).isEqualTo(1);
        time.advance(Duration.ofMillis(1_300));

        assertThat(connector.statistics().closedIdle()).isEqualTo(1);
    }

    @Test
    void keepAliveDoesNotLengthenTheIdleLife() throws Exception {
        Connection connection = acquire();
        connection.keepAlive(Duration.ofDays(1));
        connection.release();
        time.advance(ConnectionLimits.DEFAULT.idleTimeout().plus(SECOND));

        assertThat(connector.statistics().closedIdle()).isEqualTo(1);
    }

    @Test
    void aConnectionThatMayNotIdleIsNotPooled() throws Exception {
        Connection connection = acquire();
        connection.keepAlive(SECOND);
        connection.release();

        assertThat(connector.statistics().idle()).isZero();
        assertThat(connection.wire().closed()).isTrue();
    }

    @Test
    void aConnectionIsNotUsedBeyondItsLifetime() throws Exception {
        limits(ConnectionLimits.builder().lifetime(SECOND.multipliedBy(10)));
        Connection inUse = acquire();
        Connection idle = acquire();
        time.advance(Duration.ofMillis(9_500));
        idle.release();
        time.advance(SECOND.multipliedBy(2));
        inUse.release();

        assertThat(connector.statistics().closedExpired()).isEqualTo(2);
        assertThat(connector.statistics().idle()).isZero();
    }

    @Test
    void aRequestThatMayNotBeRepeatedUsesANewConnection() throws Exception {
        Connection first = acquire();
        first.release();
        time.advance(SECOND);
        Connection fresh = acquireFresh();
        assertThat(fresh.wire()).isSameAs(first.wire());
        fresh.release();
        time.advance(SECOND.plusNanos(1));
        Connection other = acquireFresh();

        assertThat(other.reused()).isFalse();
        assertThat(connector.statistics().idle()).isEqualTo(1);
        assertThat(connector.statistics().reused()).isEqualTo(1);
        assertThat(acquire().wire()).isSameAs(first.wire());
    }

    @Test
    void noMoreConnectionsAreOpenThanAllowed() throws Exception {
        limits(ConnectionLimits.builder().active(2));
        twoIdle();
        time.advance(SECOND.multipliedBy(2));
        acquireFresh();

        assertThat(connector.statistics().idle()).isEqualTo(1);
        assertThat(connector.statistics().active()).isEqualTo(1);
        assertThat(connector.statistics().closedSurplus()).isEqualTo(1);
    }

    @Test
    void noMoreConnectionsAreIdleThanAllowed() throws Exception {
        limits(ConnectionLimits.builder().idle(1));
        InetSocketAddress recent = twoIdle();

        assertThat(connector.statistics().idle()).isEqualTo(1);
        assertThat(connector.statistics().closedSurplus()).isEqualTo(1);
        assertThat(acquire().wire().local()).isEqualTo(recent);
    }

    @Test
    void theRuleIsAskedAgainForAPooledConnection() throws Exception {
        Connection first = acquire();
        first.release();

        assertThatThrownBy(() -> connector.pools().acquire(origin.destination(), AddressRule.PUBLIC, scope, false))
                .isInstanceOfSatisfying(
                        ProxyException.class,
                        refused -> assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED));
        assertThat(acquire().wire()).isSameAs(first.wire());
    }

    @Test
    void aFailingRuleLosesNeitherPlaceNorConnection() throws Exception {
        acquire().release();
        AddressRule broken = address -> {
            throw new IllegalStateException("broken");
        };

        assertThatThrownBy(() -> connector.pools().acquire(origin.destination(), broken, scope, false))
                .isInstanceOf(IllegalStateException.class);
        assertThat(connector.statistics().active()).isZero();
        assertThat(connector.statistics().idle()).isEqualTo(1);
        assertThat(acquire().uses()).isEqualTo(2);
    }

    @Test
    void anOpenedConnectionIsNeverPooled() throws Exception {
        limits(ConnectionLimits.builder().active(1));
        acquire();
        Connection tunnel = connector.pools().open(origin.destination(), AddressRule.ANY, scope);
        assertThat(connector.statistics().unpooled()).isEqualTo(1);
        assertThat(connector.statistics().active()).isEqualTo(1);
        tunnel.release();

        assertThat(tunnel.wire().closed()).isTrue();
        assertThat(connector.statistics().unpooled()).isZero();
        assertThat(connector.statistics().idle()).isZero();
    }

    @Test
    void closingClosesIdleConnectionsAtOnceAndOthersWhenReleased() throws Exception {
        Connection active = acquire();
        Connection idle = acquire();
        idle.release();
        connector.close();
        assertThat(idle.wire().closed()).isTrue();
        assertThat(active.wire().closed()).isFalse();
        active.release();

        assertThat(active.wire().closed()).isTrue();
        assertThat(connector.statistics().active()).isZero();
        assertThatThrownBy(this::acquire)
                .isInstanceOfSatisfying(
                        ProxyException.class,
                        closed -> assertThat(closed.outcome()).isEqualTo(Outcome.SHUT_DOWN));
    }

    @Test
    void anUnusedPoolIsForgottenButNotItsCounts() throws Exception {
        limits(ConnectionLimits.builder().idleTimeout(SECOND));
        acquire().release();
        time.advance(Duration.ofSeconds(30));

        assertThat(connector.statistics(origin.uri()))
                .isEqualTo(new ConnectionStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(connector.pools().size()).isZero();
        assertThat(connector.statistics().opened()).isEqualTo(1);
        assertThat(connector.statistics().closedIdle()).isEqualTo(1);
        assertThat(acquire().reused()).isFalse();
        assertThat(connector.statistics().opened()).isEqualTo(2);
    }

    @Test
    void poolsOfTwoClocksAreSeparate() throws Exception {
        Connection first = acquire();
        first.release();
        Connection second = connector
                .pools()
                .acquire(origin.destination(), AddressRule.ANY, TestExchange.begin(new ManualTime()), false);

        assertThat(second.reused()).isFalse();
        assertThat(connector.statistics(origin.uri()).opened()).isEqualTo(2);
    }
}
