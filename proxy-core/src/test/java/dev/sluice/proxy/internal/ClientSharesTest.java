package dev.sluice.proxy.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ClientSharesTest {
    private final ClientShares shares = new ClientShares(8, 0.25);
    private int inAll;

    private boolean take(String client) {
        return shares.take(address(client), ++inAll);
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text));
    }

    @Test
    void oneClientMayHaveAnyNumberWhileHalfOfTheLimitIsFree() {
        for (int i = 0; i < 5; i++) {
            assertThat(take("192.0.2.1")).isTrue();
        }
        assertThat(take("192.0.2.1")).isFalse();
    }

    @Test
    void aboveHalfOfTheLimitEachClientMayHaveItsShare() {
        for (int i = 0; i < 5; i++) {
            take("192.0.2.1");
        }
        assertThat(take("192.0.2.2")).isTrue();
        assertThat(take("192.0.2.2")).isTrue();
        assertThat(take("192.0.2.2")).isFalse();
        assertThat(take("192.0.2.3")).isTrue();
    }

    @Test
    void aReleasedPlaceCanBeTakenAgain() {
        for (int i = 0; i < 6; i++) {
            take("192.0.2.1");
        }
        for (int i = 0; i < 5; i++) {
            shares.giveBack(address("192.0.2.1"));
        }
        assertThat(take("192.0.2.1")).isTrue();
        assertThat(take("192.0.2.1")).isFalse();
        assertThat(shares.hasMoreThan(2, address("192.0.2.1"))).isTrue();
        assertThat(shares.hasMoreThan(0, address("192.0.2.2"))).isFalse();
    }

    @Test
    void nothingIsLostWhenManyTakeAndGiveBackAtOnce() throws Exception {
        ClientShares contended = new ClientShares(1_000, 1);
        InetAddress client = address("192.0.2.1");
        CyclicBarrier begin = new CyclicBarrier(4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                runs.add(threads.submit(() -> {
                    begin.await(10, SECONDS);
                    for (int round = 0; round < 20_000; round++) {
                        contended.take(client, 1);
                        // This thread's own one, and one of each of the others at most.
                        if (!contended.hasMoreThan(0, client) || contended.hasMoreThan(4, client)) {
                            throw new AssertionError("a count was lost in round " + round);
                        }
                        contended.giveBack(client);
                    }
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get(60, SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(contended.hasMoreThan(0, client)).isFalse();
    }

    @Test
    void anIpv6ClientIsANetworkOf64Bits() {
        assertThat(ClientShares.same(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9")))
                .isTrue();
        assertThat(ClientShares.same(address("2001:db8:1:2::1"), address("2001:db8:1:3::1")))
                .isFalse();
        assertThat(ClientShares.same(address("::ffff:192.0.2.1"), address("192.0.2.1")))
                .isTrue();
        for (int i = 0; i < 5; i++) {
            take("2001:db8:1:2::" + i);
        }
        assertThat(take("2001:db8:1:2:3::")).isFalse();
        assertThat(take("2001:db8:1:3::")).isTrue();
    }

    @Test
    void anExemptClientIsNotCounted() {
        for (int i = 0; i < 20; i++) {
            assertThat(shares.take(null, ++inAll)).isTrue();
        }
        shares.giveBack(null);
        assertThat(ClientShares.same(null, null)).isFalse();
    }

    @Test
    void aShareIsAtLeastOneAndAWholeShareIsNoLimit() {
        assertThat(new ClientShares(1, 0.25).share()).isEqualTo(1);
        ClientShares whole = new ClientShares(4, 1);
        for (int i = 1; i <= 4; i++) {
            assertThat(whole.take(address("192.0.2.1"), i)).isTrue();
        }
    }
}
