package dev.sluice.balancer.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTableTest {
    private static final Duration IDLE = Duration.ofNanos(100);

    @Test
    void aSessionIsForgottenAfterTheIdleTimeWithoutARequest() {
        SessionTable<String> table = new SessionTable<>(10, IDLE);
        table.put("k", "a", 0);

        assertThat(table.seen("k", 100)).isEqualTo("a");
        assertThat(table.seen("k", 200)).isEqualTo("a");
        assertThat(table.seen("k", 301)).isNull();
        assertThat(table.count("a", 301)).isZero();
    }

    @Test
    void aFullTableForgetsTheLeastRecentSession() {
        SessionTable<String> table = new SessionTable<>(3, IDLE);
        table.put("k1", "a", 0);
        table.put("k2", "a", 1);
        table.put("k3", "a", 2);
        table.seen("k1", 3);
        table.put("k4", "a", 4);

        assertThat(table.seen("k2", 5)).isNull();
        assertThat(table.seen("k1", 5)).isEqualTo("a");
        assertThat(table.count("a", 5)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1_000, 1_024, 100_003})
    void itNeverHoldsMoreThanItsCapacity(int capacity) {
        SessionTable<Integer> table = new SessionTable<>(capacity, IDLE);
        for (int i = 0; i < 3 * capacity; i++) {
            table.put(i, "a", 0);
        }

        assertThat(table.size()).isBetween(capacity * 9 / 10, capacity);
    }

    @Test
    void newSessionsRemoveExpiredOnes() {
        SessionTable<Integer> table = new SessionTable<>(1_000, IDLE);
        for (int i = 0; i < 900; i++) {
            table.put(i, "a", 0);
        }
        for (int i = 0; i < 900; i++) {
            table.put(1_000 + i / 2, "a", 200);
        }

        assertThat(table.size()).isEqualTo(450);
    }

    @Test
    void aMoveThatComesSecondChangesNothing() {
        SessionTable<String> table = new SessionTable<>(10, IDLE);

        assertThat(table.move("k", null, "a", 0)).isTrue();
        assertThat(table.move("k", null, "b", 0)).isFalse();
        assertThat(table.move("k", null, "a", 0)).isFalse();
        assertThat(table.move("k", "a", "b", 0)).isTrue();
        assertThat(table.move("k", "b", null, 0)).isTrue();
        assertThat(table.seen("k", 0)).isNull();
    }

    @Test
    void onlyOneOfManyConcurrentBindingsOfASessionWins() throws Exception {
        SessionTable<String> table = new SessionTable<>(10_000, IDLE);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch done = new CountDownLatch(4);
        int[] bound = new int[4];
        for (int t = 0; t < 4; t++) {
            int own = t;
            threads.execute(() -> {
                for (int i = 0; i < 5_000; i++) {
                    bound[own] += table.move("k" + i, null, "m" + own, 0) ? 1 : 0;
                }
                done.countDown();
            });
        }
        boolean ended = done.await(30, TimeUnit.SECONDS);
        threads.shutdownNow();

        assertThat(ended).isTrue();
        assertThat(bound[0] + bound[1] + bound[2] + bound[3]).isEqualTo(5_000);
        for (int t = 0; t < 4; t++) {
            assertThat(table.count("m" + t, 0)).isEqualTo(bound[t]);
        }
    }
}
