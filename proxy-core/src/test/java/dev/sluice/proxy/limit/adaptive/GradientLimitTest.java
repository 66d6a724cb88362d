package dev.sluice.proxy.limit.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules one by one, with given latencies. */
class GradientLimitTest {
    private static final long MILLIS = 1_000_000L;

    private GradientLimit limit = adaptive(20);
    private long nanos = 10_000 * MILLIS;

    private static GradientLimit adaptive(int initial) {
        return SlotServer.limit(3, 1_000, initial, new SplittableRandom(1));
    }

    /** This number of answers, of attempts that begin and end one after another. */
    private void answers(int count, double millis, int inFlight) {
        for (int i = 0; i < count; i++) {
            nanos += (long) (millis * MILLIS);
            limit.sample((long) (millis * MILLIS), inFlight, false, nanos);
        }
    }

    /** Enough quiet answers of 10 ms to measure the base, and to end their last window. */
    private void base() {
        answers(30, 10, 1);
    }

    /** Ends the first window of these latencies, and no second one. */
    private void window(double millis, int inFlight) {
        int before = limit.limit();
        for (int i = 0; i < 1_000 && limit.limit() == before; i++) {
            answers(1, millis, inFlight);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // 20 * 12.5 / 12.5 = 20, plus its square root
        "12.5, 24",
        // 20 * 12.5 / 25 = 10, plus its square root
        "25, 13",
        // at least one half
        "250, 13",
        // 20 * 12.5 / 10 = 25, plus its square root
        "10, 30",
        // at most twice: 40, plus its square root
        "1, 46"
    })
    void theLimitFollowsTheGradient(double millis, int expected) {
        base();
        window(millis, 20);

        assertThat(limit.limit()).isEqualTo(expected);
    }

    @Test
    void fewerThanTenLatenciesChangeNothing() {
        base();
        window(25, 20);
        int before = limit.limit();
        answers(9, 500, 20);
        int few = limit.limit();
        answers(1, 500, 20);

        assertThat(few).isEqualTo(before);
        assertThat(limit.limit()).isLessThan(before);
    }

    @Test
    void attemptsThatBeganBeforeTheLastChangeAreIgnored() {
        base();
        window(25, 20);
        int before = limit.limit();
        for (int i = 0; i < 100; i++) {
            nanos += 10 * MILLIS;
            limit.sample(5_000 * MILLIS, 20, false, nanos);
        }
        int stale = limit.limit();
        answers(20, 10, 20);

        assertThat(stale).isEqualTo(before);
        assertThat(limit.limit()).isGreaterThan(before);
    }

    @Test
    void theBaseIsTheShortestMedianUntilItIsMeasured() {
        answers(200, 100, 20);
        answers(200, 10, 20);
        int before = limit.limit();
        window(50, before);

        assertThat(limit.limit()).isLessThan(before);
    }

    @Test
    void aLimitThatHalvesAtOnceDoesNotStartAMeasurementAtOnce() {
        limit = adaptive(400);
        base();
        long measured = nanos;
        int lowest = 400;
        while (nanos < measured + 5_900 * MILLIS) {
            answers(1, 15, 400);
            answers(1, 100, 400);
            lowest = Math.min(lowest, limit.limit());
        }
        int before = limit.limit();
        while (nanos < measured + 8_000 * MILLIS) {
            answers(1, 100, 400);
            lowest = Math.min(lowest, limit.limit());
        }

        assertThat(before).isBetween(4, 199);
        assertThat(lowest).isEqualTo(3);
        assertThat(limit).asString().contains("measuring");
    }

    /** Keeps the member busy until its base is measured. */
    private void measure() {
        while (limit.limit() != 3) {
            answers(1, 10, Math.max(4, limit.limit()));
        }
    }

    @Test
    void aMeasurementUsesTwentyFiveLatenciesThatBeganInIt() {
        answers(24, 9, 1);
        measure();
        answers(24, 10, 3);
        int during = limit.limit();
        answers(1, 10, 3);

        assertThat(during).isEqualTo(3);
        assertThat(limit.limit()).isGreaterThan(20);
    }

    @Test
    void aMeasurementDuringConstantLoadEndsByItself() {
        measure();
        answers(110, 10, 50);

        assertThat(limit.limit()).isGreaterThan(20);
        assertThat(limit).asString().contains("base 10000 us");
    }

    @Test
    void aMeasurementOfFewLatenciesDoesNotReplaceTheBase() {
        measure();
        answers(9, 100, 3);
        answers(20, 100, 50);

        assertThat(limit).asString().endsWith("base 10000 us");
    }

    @Test
    void aDropDuringAMeasurementDoesNotEndIt() {
        measure();
        limit.sample(MILLIS, 3, true, nanos + MILLIS);

        assertThat(limit.limit()).isEqualTo(3);
    }
}
