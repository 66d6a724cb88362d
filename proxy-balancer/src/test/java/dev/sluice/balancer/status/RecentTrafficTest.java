package dev.sluice.balancer.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentTrafficTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ManualTime time = new ManualTime();
    private final RecentTraffic traffic = new RecentTraffic(time, time.nanos(), SECOND, 10);

    private void seconds(int count) {
        time.advance(Duration.ofSeconds(count));
    }

    @Test
    void theStepThatIsGoingOnIsNotShown() {
        traffic.add(1, false);
        assertThat(traffic.last(10).rate()).isZero();
        seconds(1);
        assertThat(traffic.last(1).rate()).isEqualTo(1);
    }

    /** Or the rate of a young page would be too low. */
    @Test
    void aRateIsOfTheTimeThatThereWas() {
        traffic.add(1, false);
        traffic.add(1, true);
        seconds(1);
        assertThat(traffic.last(10).rate()).isEqualTo(2);
        assertThat(traffic.last(10).failedRate()).isEqualTo(1);
        seconds(1);
        assertThat(traffic.last(10).rate()).isEqualTo(1);
    }

    @Test
    void whatIsOlderThanTheRingIsForgotten() {
        traffic.add(1, false);
        seconds(10);
        assertThat(traffic.stepAgo(10).rate()).isEqualTo(1);
        seconds(1);
        for (int ago = 1; ago <= 10; ago++) {
            assertThat(traffic.stepAgo(ago).rate()).isZero();
        }
        traffic.add(1, true);
        seconds(11);
        assertThat(traffic.last(10).rate()).isZero();
    }

    @Test
    void withoutTrafficThereIsNoTime() {
        assertThat(traffic.last(10).millis(0.5)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(longs = {66_000, 100_000, 1_000_000, 3_333_333, 47_000_000, 999_999_999, 59_000_000_000L})
    void aTimeIsRightWithinAnEighth(long nanos) {
        traffic.add(nanos, false);
        seconds(1);
        double millis = nanos / 1e6;
        assertThat(traffic.last(1).millis(0.99)).isCloseTo(millis, within(millis / 8));
    }

    @Test
    void veryShortAndVeryLongTimesCount() {
        traffic.add(0, false);
        traffic.add(-1, false);
        traffic.add(Long.MAX_VALUE, false);
        seconds(1);
        assertThat(traffic.last(1).rate()).isEqualTo(3);
        assertThat(traffic.last(1).millis(0.5)).isLessThan(0.1);
        assertThat(traffic.last(1).millis(1)).isGreaterThan(100_000);
    }

    @Test
    void aQuantileIsTheTimeThatThisPartDoesNotExceed() {
        for (int i = 1; i <= 100; i++) {
            traffic.add(TimeUnit.MILLISECONDS.toNanos(i <= 98 ? 2 : 500), false);
        }
        seconds(1);
        assertThat(traffic.last(1).millis(0.5)).isCloseTo(2, within(0.25));
        assertThat(traffic.last(1).millis(0.98)).isCloseTo(2, within(0.25));
        assertThat(traffic.last(1).millis(0.99)).isCloseTo(500, within(63.0));
    }

    /** A page that began late in a second has not seen all of it. */
    @Test
    void aStepThatWasSeenInPartCountsForItsPart() {
        time.advance(Duration.ofMillis(900));
        RecentTraffic late = new RecentTraffic(time, time.nanos(), TimeUnit.SECONDS.toNanos(1), 10);
        late.add(1, false);
        time.advance(Duration.ofMillis(100));
        assertThat(late.last(10).rate()).isEqualTo(1.0);
        for (int i = 0; i < 10; i++) {
            late.add(1, true);
        }
        time.advance(Duration.ofSeconds(1));
        assertThat(late.last(10).rate()).isEqualTo(10.0);
        assertThat(late.last(10).failedRate()).isCloseTo(9.09, within(0.01));
    }
}
