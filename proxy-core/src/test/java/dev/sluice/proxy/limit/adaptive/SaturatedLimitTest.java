package dev.sluice.proxy.limit.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SaturatedLimitTest {
    private static final long MILLIS = 1_000_000L;
    private static final long SECOND = 1_000 * MILLIS;

    private static SlotServer server(GradientLimit limit, int slots, long millis) {
        return new SlotServer(limit, new SplittableRandom(7), slots, millis * MILLIS);
    }

    private static GradientLimit adaptive() {
        return SlotServer.limit(3, 1_000, 20, new Random(1));
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "4, 10", "10, 10", "10, 100", "10, 1000", "50, 10", "50, 200", "200, 20", "200, 1000"})
    void aFullMemberIsGivenAboutItsSlotsAndALittleQueue(int slots, long millis) {
        GradientLimit limit = adaptive();
        SlotServer server = server(limit, slots, millis);
        server.saturate(400 * SECOND);
        int lowest = Integer.MAX_VALUE;
        int highest = 0;
        for (int i = 0; i < 100; i++) {
            server.saturate(SECOND);
            // During the 25 requests of a measurement the limit is 3. That is not the usual limit.
            lowest = limit.limit() == 3 ? lowest : Math.min(lowest, limit.limit());
            highest = Math.max(highest, limit.limit());
        }

        double expected = 1.25 * slots + Math.sqrt(1.25 * slots);
        assertThat(highest).isLessThan((int) (2 * expected) + 3);
        assertThat(lowest).isGreaterThanOrEqualTo(Math.min(slots, (int) (0.8 * slots) + 1));
    }

    @Test
    void aFullMemberIsHardlyEverIdle() {
        GradientLimit limit = adaptive();
        SlotServer server = server(limit, 20, 10);
        server.saturate(60 * SECOND);
        long before = server.answered();
        server.saturate(100 * SECOND);

        // 20 slots at 10 ms are 2,000 a second.
        assertThat(server.answered() - before).isBetween(190_000L, 201_000L);
    }

    @Test
    void aMemberThatLosesSlotsGetsFewerRequestsWithinSeconds() {
        GradientLimit limit = adaptive();
        SlotServer server = server(limit, 50, 10);
        server.saturate(100 * SECOND);
        int before = limit.limit();
        server.slots(10);
        server.saturate(5 * SECOND);

        assertThat(before).isBetween(50, 110);
        assertThat(limit.limit()).isBetween(3, 30);
    }

    @Test
    void aPermanentlySlowerMemberIsMeasuredAgainWhenItsLimitHasHalved() {
        GradientLimit limit = adaptive();
        SlotServer server = server(limit, 50, 10);
        server.saturate(100 * SECOND);
        int before = limit.limit();
        server.service(40 * MILLIS);
        int lowest = before;
        for (int i = 0; i < 300; i++) {
            server.saturate(10 * MILLIS);
            lowest = limit.limit() == 3 ? lowest : Math.min(lowest, limit.limit());
        }

        assertThat(lowest).isLessThan(before / 2);
        assertThat(limit.limit()).isBetween(45, 110);
    }

    @Test
    void aPermanentlySlightlySlowerMemberHasItsSlotsAgainAfterTheNextMeasurement() {
        GradientLimit limit = adaptive();
        SlotServer server = server(limit, 50, 10);
        server.saturate(100 * SECOND);
        server.service(14 * MILLIS);
        server.saturate(5 * SECOND);
        int meanwhile = limit.limit();
        server.saturate(75 * SECOND);

        assertThat(meanwhile).isLessThan(55);
        assertThat(limit.limit()).isBetween(60, 110);
    }

    @Test
    void theLimitOfAFasterMemberStaysBounded() {
        GradientLimit limit = adaptive();
        SlotServer server = server(limit, 50, 40);
        server.saturate(100 * SECOND);
        server.service(10 * MILLIS);
        server.saturate(150 * SECOND);

        assertThat(limit.limit()).isBetween(45, 110);
    }

    @Test
    void aMemberThatGainsSlotsGetsMoreRequests() {
        GradientLimit limit = adaptive();
        SlotServer server = server(limit, 10, 10);
        server.saturate(100 * SECOND);
        int before = limit.limit();
        server.slots(60);
        server.saturate(5 * SECOND);

        assertThat(before).isLessThan(35);
        assertThat(limit.limit()).isBetween(55, 130);
    }

    @Test
    void aLimitThatIsNotUsedDoesNotGrow() {
        GradientLimit limit = adaptive();
        for (int i = 0; i < 100_000; i++) {
            limit.sample(10 * MILLIS, 5, false, (i + 10) * MILLIS);
        }

        assertThat(limit.limit()).isEqualTo(20);
    }

    @Test
    void aLimitThatIsUsedWithoutGettingSlowerGrowsToItsBound() {
        GradientLimit limit = SlotServer.limit(3, 70, 20, new Random(1));
        for (int i = 0; i < 10_000; i++) {
            limit.sample(10 * MILLIS, limit.limit(), false, (i + 10) * MILLIS);
        }

        assertThat(limit.limit()).isEqualTo(70);
    }

    @Test
    void dropsOfRequestsThatWereInFlightTogetherReduceTheLimitOnce() {
        GradientLimit limit = adaptive();
        limit.sample(100 * MILLIS, 20, true, SECOND);
        int once = limit.limit();
        for (int i = 1; i < 20; i++) {
            limit.sample(100 * MILLIS, 20, true, SECOND + i);
        }
        int together = limit.limit();
        limit.sample(100 * MILLIS, 18, true, SECOND + 200 * MILLIS);

        assertThat(once).isEqualTo(18);
        assertThat(together).isEqualTo(18);
        assertThat(limit.limit()).isEqualTo(16);
    }

    @Test
    void attemptsThatTimeOutCountEvenIfTheyBeganLongAgo() {
        GradientLimit limit = adaptive();
        for (int i = 0; i < 1_000; i++) {
            limit.sample(10 * MILLIS, 20, false, (i + 10) * MILLIS);
        }
        int before = limit.limit();
        limit.sample(900 * MILLIS, 20, true, SECOND + 10 * MILLIS);

        assertThat(limit.limit()).isLessThan(before);
    }

    @Test
    void dropsNeverTakeTheLimitBelowItsLowerBound() {
        GradientLimit limit = adaptive();
        for (int i = 0; i < 1_000; i++) {
            limit.sample(MILLIS, 20, true, i * 10 * MILLIS);
        }

        assertThat(limit.limit()).isEqualTo(3);
    }

    @Test
    void theBaseOfABusyMemberIsMeasuredAtTheLowerBoundAndTheLimitComesBack() {
        GradientLimit limit = adaptive();
        SlotServer server = server(limit, 50, 10);
        server.saturate(50 * SECOND);
        int before = limit.limit();
        int measuring = 0;
        for (int i = 0; i < 30_000; i++) {
            server.saturate(MILLIS);
            measuring += limit.limit() == 3 ? 1 : 0;
        }

        assertThat(before).isGreaterThan(50);
        // 25 requests of 10 ms, 3 at a time, take 90 ms after the queue is empty.
        assertThat(measuring).isBetween(60, 400);
        assertThat(limit.limit()).isGreaterThan(50);
    }

    @Test
    void aMemberThatIsHardlyUsedIsNeverMeasuredOnPurpose() {
        GradientLimit limit = adaptive();
        for (int i = 0; i < 100_000; i++) {
            limit.sample(10 * MILLIS, i % 3 + 1, false, (i + 10) * MILLIS);
            assertThat(limit.limit()).isEqualTo(20);
        }
    }

    @Test
    void twoProxiesMeasureAtDifferentTimes() {
        assertThat(firstMeasurement(1)).isNotEqualTo(firstMeasurement(2));
    }

    private static long firstMeasurement(long seed) {
        GradientLimit limit = SlotServer.limit(3, 1_000, 20, new SplittableRandom(seed));
        SlotServer server = server(limit, 50, 10);
        server.saturate(30 * SECOND);
        for (long i = 0; ; i++) {
            server.saturate(10 * MILLIS);
            if (limit.limit() == 3) {
                return i;
            }
        }
    }

    @Test
    void theSameSamplesMakeTheSameLimit() {
        int[] limits = new int[2];
        for (int i = 0; i < 2; i++) {
            GradientLimit limit = adaptive();
            server(limit, 30, 15).saturate(20 * SECOND);
            limits[i] = limit.limit();
        }

        assertThat(limits[0]).isEqualTo(limits[1]);
    }
}
