package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.limit.Bandwidth;
import dev.sluice.proxy.limit.ConcurrencyLimit;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Upgrades over the direct transport. */
class DirectTunnelTest {
    private final CountDownLatch ended = new CountDownLatch(1);

    private static Proxied.Builder upgrading(Script script) {
        return Proxied.of(Pairing.DIRECT_DIRECT)
                .route(route -> route.allowUpgrade("echo"))
                .plays(script);
    }

    private void awaitEnd(RawConnection connection) {
        try {
            connection.readAll();
        } catch (IOException reset) {
            // The connection was broken off, which is an end too.
        }
        ended.countDown();
    }

    private static RawConnection opened(Proxied proxied) throws IOException {
        RawConnection client = proxied.connect();
        assertThat(Proxied.ask(client, UpgradeCases.UPGRADE).status()).isEqualTo(101);
        return client;
    }

    @Test
    void theEndOfTheClientsDirectionLeavesTheOtherOpen() throws Exception {
        try (Proxied proxied = upgrading(connection -> {
                            connection.readHead();
                            connection.write(UpgradeCases.SWITCHED);
                            String all = connection.readAll();
                            connection.write("got " + all);
                        })
                        .start();
                RawConnection client = opened(proxied)) {
            client.write("all of it");
            client.shutdownOutput();

            assertThat(client.readAll()).isEqualTo("got all of it");
            ExchangeRecord record = proxied.records.awaitEnded(1).get(0);
            assertThat(record.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(record.requestBytes()).isEqualTo("all of it".length());
            assertThat(record.responseBytes()).isEqualTo("got all of it".length());
        }
    }

    @Test
    void theEndOfTheOriginsDirectionLeavesTheOtherOpen() throws Exception {
        StringBuilder got = new StringBuilder();
        try (Proxied proxied = upgrading(connection -> {
                            connection.readHead();
                            connection.write(UpgradeCases.SWITCHED + "bye");
                            connection.shutdownOutput();
                            got.append(connection.readAll());
                            ended.countDown();
                        })
                        .start();
                RawConnection client = opened(proxied)) {
            assertThat(client.readAll()).isEqualTo("bye");
            client.write("still here");
            client.shutdownOutput();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(got.toString()).isEqualTo("still here");
        }
    }

    @Test
    void bytesThatCameWithTheRequestGoThroughTheTunnel() throws Exception {
        try (Proxied proxied = upgrading(connection -> {
                            connection.readHead();
                            connection.write(UpgradeCases.SWITCHED);
                            connection.write(connection.readExactly(5));
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(UpgradeCases.UPGRADE + "early");

            assertThat(Message.response(client, "GET").status()).isEqualTo(101);
            assertThat(client.readExactly(5)).isEqualTo("early");
        }
    }

    @Test
    void largeAmountsGoBothWaysAtOnce() throws Exception {
        String block = "0123456789abcdef".repeat(4096);
        try (Proxied proxied = upgrading(connection -> {
                            connection.readHead();
                            connection.write(UpgradeCases.SWITCHED);
                            for (int i = 0; i < 8; i++) {
                                connection.write(connection.readExactly(block.length()));
                            }
                            connection.readAll();
                        })
                        .start();
                RawConnection client = opened(proxied)) {
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < 8; i++) {
                        client.write(block);
                    }
                } catch (IOException failed) {
                    // The reader below notices that it is missing.
                }
            });
            sender.start();
            assertThat(client.readExactly(8 * block.length())).isEqualTo(block.repeat(8));
            sender.join(10_000);
        }
    }

    @Test
    void aResetOfTheClientEndsTheTunnelAtTheOrigin() throws Exception {
        try (Proxied proxied = upgrading(connection -> {
                    connection.readHead();
                    connection.write(UpgradeCases.SWITCHED);
                    awaitEnd(connection);
                })
                .start()) {
            opened(proxied).reset();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            ExchangeRecord record = proxied.records.awaitEnded(1).get(0);
            assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(record.attempts().get(0).outcome().blamesUpstream()).isFalse();
        }
    }

    @Test
    void aTunnelWithoutTrafficIsClosedAfterItsTimeout() throws Exception {
        ManualTime time = new ManualTime();
        try (Proxied proxied = upgrading(connection -> {
                            connection.readHead();
                            connection.write(UpgradeCases.SWITCHED);
                            connection.write(connection.readExactly(4));
                            awaitEnd(connection);
                        })
                        .server(server -> server.time(time))
                        .start();
                RawConnection client = opened(proxied)) {
            // The tunnel is open, so the head has been written completely.
            client.write("ping");
            assertThat(client.readExactly(4)).isEqualTo("ping");
            time.advance(Duration.ofMinutes(9));
            assertThat(proxied.records.records()).isEmpty();
            assertThat(ended.getCount()).isEqualTo(1);
            AbortCases.advanceUntil(
                    time, Duration.ofMinutes(1), () -> proxied.records.records().isEmpty());

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(proxied.records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.TUNNEL_TIMEOUT);
            assertThat(client.address()).isNotNull();
        }
    }

    /** What the client has sent takes 100 s through the limit, and nobody reads from the client meanwhile. */
    @Test
    void aTunnelEndsWhenItsClientIsGoneAlsoWhileItsBytesWaitForTheirRate() throws Exception {
        ManualTime time = new ManualTime();
        ConcurrencyLimit one = ConcurrencyLimit.of(1);
        try (Proxied proxied = upgrading(connection -> {
                            connection.readHead();
                            connection.write(UpgradeCases.SWITCHED);
                            connection.write(connection.readExactly(5));
                            awaitEnd(connection);
                        })
                        .server(server -> server.time(time).addFilter(one).addFilter(Bandwidth.perSecond(100)))
                        .start();
                RawConnection client = opened(proxied)) {
            client.write("x".repeat(10_000));
            assertThat(client.readExactly(5)).isEqualTo("xxxxx");
            client.reset();
            long since = time.nanos();
            AbortCases.advanceUntil(
                    time,
                    Duration.ofMillis(100),
                    () -> proxied.records.records().isEmpty());

            assertThat(proxied.records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(time.nanos() - since).isLessThan(Duration.ofSeconds(60).toNanos());
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aTunnelIsPartOfTheDrainAndIsCutAtItsEnd() throws Exception {
        try (Proxied proxied = upgrading(connection -> {
                            connection.readHead();
                            connection.write(UpgradeCases.SWITCHED);
                            awaitEnd(connection);
                        })
                        .start();
                RawConnection client = opened(proxied)) {
            assertThat(proxied.server.pipeline().inFlight()).isEqualTo(1);
            proxied.server.close(Duration.ZERO);

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(proxied.records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.SHUT_DOWN);
            assertThat(client.address()).isNotNull();
        }
    }

    @Test
    void tunnelsHaveTheirOwnTimeWhenTheServerDrains() throws Exception {
        ManualTime time = new ManualTime();
        try (Proxied proxied = upgrading(connection -> {
                            connection.readHead();
                            connection.write(UpgradeCases.SWITCHED);
                            connection.write(connection.readExactly(4));
                            connection.write(connection.readExactly(4));
                            awaitEnd(connection);
                        })
                        .server(server -> server.time(time).tunnelDrain(Duration.ofSeconds(5)))
                        .start();
                RawConnection client = opened(proxied)) {
            client.write("ping");
            assertThat(client.readExactly(4)).isEqualTo("ping");
            Thread closing = new Thread(() -> proxied.server.close(Duration.ofMinutes(10)));
            closing.start();
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(4));
            client.write("pong");
            assertThat(client.readExactly(4)).isEqualTo("pong");
            time.advance(Duration.ofSeconds(1));

            closing.join(20_000);
            assertThat(closing.isAlive()).isFalse();
            assertThat(proxied.records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.SHUT_DOWN);
        }
    }
}
