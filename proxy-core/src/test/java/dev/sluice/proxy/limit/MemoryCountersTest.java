package dev.sluice.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.limit.Counters.Grant;
import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryCountersTest {
    private static final TokenBucket TEN_A_SECOND = new TokenBucket(10, Duration.ofSeconds(1), 10);

    private final ManualTime time = new ManualTime();

    private boolean take(Counters counters, String key) throws Exception {
        return counters.take(key, TEN_A_SECOND, 1, time).taken();
    }

    private int takeAll(Counters counters, String key) throws Exception {
        int taken = 0;
        while (take(counters, key)) {
            taken++;
        }
        return taken;
    }

    @Test
    void aBucketIsFullAtFirstAndFillsEvenly() throws Exception {
        Counters counters = Counters.inMemory(100);
        assertThat(counters.take("a", TEN_A_SECOND, 4, time)).isEqualTo(new Grant(true, 6, 0));
        assertThat(counters.take("a", TEN_A_SECOND, 6, time)).isEqualTo(new Grant(true, 0, 0));
        assertThat(counters.take("a", TEN_A_SECOND, 1, time)).isEqualTo(new Grant(false, 0, 100_000_000));
        time.advance(Duration.ofMillis(250));
        assertThat(counters.take("a", TEN_A_SECOND, 3, time)).isEqualTo(new Grant(false, 2, 50_000_000));
        assertThat(counters.take("a", TEN_A_SECOND, 2, time)).isEqualTo(new Grant(true, 0, 0));
        time.advance(Duration.ofHours(1));
        assertThat(counters.take("a", TEN_A_SECOND, 10, time)).isEqualTo(new Grant(true, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whoAlwaysAsksGetsTheBurstAndTheRate(long seed) throws Exception {
        Random random = new Random(seed);
        Duration period = Duration.ofMillis(1 + random.nextInt(100_000));
        TokenBucket rule = new TokenBucket(1 + random.nextInt(10_000), period, 1 + random.nextInt(500));
        Counters counters = Counters.inMemory(1);
        long taken = 0;
        long end = rule.nanosFor(5_000);
        // More often than tokens come back, so that none is lost in a full bucket.
        long step = Math.max(1, rule.nanosFor(1) / 3);
        while (time.nanos() < end) {
            int count = 1 + random.nextInt((int) Math.min(3, rule.burst()));
            taken += counters.take("a", rule, count, time).taken() ? count : 0;
            time.advance(Duration.ofNanos(1 + random.nextLong(step)));
        }
        assertThat(taken).isBetween(rule.burst() + 4_996, rule.burst() + 5_001);
    }

    @Test
    void aMillionKeysTakeNoMoreRoomThanTheBound() throws Exception {
        MemoryCounters counters = new MemoryCounters(1_000);
        for (int i = 0; i < 1_000_000; i++) {
            take(counters, "key " + i);
            if (i % 100 == 0) {
                time.advance(Duration.ofMillis(1));
            }
        }
        assertThat(counters.size()).isBetween(900, 1_000);
    }

    @Test
    void keysThatAreFullAgainAreForgottenWhileThereIsRoom() throws Exception {
        MemoryCounters counters = new MemoryCounters(100_000);
        for (int i = 0; i < 10_000; i++) {
            take(counters, "key " + i);
            time.advance(Duration.ofMillis(1));
        }
        // A key is in use for 100 ms.
        assertThat(counters.size()).isBetween(100, 400);
    }

    @Test
    void aKeyInUseIsNotForgottenForManyNewOnes() throws Exception {
        Counters counters = Counters.inMemory(160);
        assertThat(takeAll(counters, "busy")).isEqualTo(10);
        for (int i = 0; i < 10_000; i++) {
            take(counters, "key " + i);
            if (i % 100 == 0) {
                time.advance(Duration.ofMillis(1));
            }
        }
        // In 100 ms one token has come back.
        assertThat(takeAll(counters, "busy")).isEqualTo(1);
    }

    @Test
    void oldKeysInUseDoNotKeepThoseBehindThemFromBeingForgotten() throws Exception {
        TokenBucket oneADay = new TokenBucket(1, Duration.ofDays(1), 1);
        MemoryCounters counters = new MemoryCounters(1_600);
        for (int i = 0; i < 800; i++) {
            counters.take("old " + i, oneADay, 1, time);
        }
        for (int i = 0; i < 5_000; i++) {
            // All of its tokens: it has its own bucket, and does not share one.
            assertThat(takeAll(counters, "key " + i)).isEqualTo(10);
            time.advance(Duration.ofMillis(20));
        }
        for (int i = 0; i < 800; i++) {
            assertThat(counters.take("old " + i, oneADay, 1, time).taken()).isFalse();
        }
    }

    @Test
    void withoutRoomNewKeysShareBucketsAndNoMoreIsLetThrough() throws Exception {
        Counters counters = Counters.inMemory(16);
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            taken += take(counters, "key " + i % 50_000) ? 1 : 0;
        }
        assertThat(taken).isLessThanOrEqualTo((16 + 1_024) * 10);
        time.advance(Duration.ofSeconds(1));
        assertThat(takeAll(counters, "new")).isEqualTo(10);
    }

    @Test
    void withoutRoomOneKeyAlwaysFindsTheSameBucket() throws Exception {
        Counters counters = Counters.inMemory(1);
        assertThat(takeAll(counters, "first")).isEqualTo(10);
        assertThat(takeAll(counters, "other")).isEqualTo(10);
        assertThat(take(counters, "other")).isFalse();
        time.advance(Duration.ofMillis(500));
        assertThat(takeAll(counters, "other")).isEqualTo(5);
        assertThat(takeAll(counters, "first")).isEqualTo(5);
    }
}
