package dev.sluice.balancer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FadingCountTest {
    private static final Offset<Double> EXACT = within(1e-9);

    private final ManualTime time = new ManualTime();
    private final FadingCount count = new FadingCount();

    private double left() {
        return count.at(time.nanos());
    }

    @Test
    void atFirstTheCountIsZero() {
        assertThat(left()).isZero();
        time.advance(Duration.ofDays(1));
        assertThat(left()).isZero();
    }

    @Test
    void anEventCountsAsOneAndFadesToOneEthAfterOneSecond() {
        count.add(time.nanos());
        assertThat(left()).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(left()).isEqualTo(1 / Math.E, EXACT);
        time.advance(Duration.ofSeconds(1));
        assertThat(left()).isEqualTo(1 / (Math.E * Math.E), EXACT);
    }

    @Test
    void eventsAddUpToWhatIsLeftOfThoseBefore() {
        count.add(time.nanos());
        count.add(time.nanos());
        time.advance(Duration.ofSeconds(1));
        count.add(time.nanos());
        assertThat(left()).isEqualTo(1 + 2 / Math.E, EXACT);
    }

    /** Otherwise the smallest rest would keep all requests away from an idle member. */
    @Test
    void aVerySmallCountBecomesZero() {
        count.add(time.nanos());
        time.advance(Duration.ofMillis(2_302));
        assertThat(left()).isGreaterThan(0.1);
        time.advance(Duration.ofMillis(2));
        assertThat(left()).isZero();

        count.add(time.nanos());
        assertThat(left()).isEqualTo(1);
    }

    @Test
    void afterHalfAMinuteEvenManyEventsCountAsZero() {
        for (int i = 0; i < 1_000_000; i++) {
            count.add(time.nanos());
        }
        time.advance(Duration.ofSeconds(10));
        assertThat(left()).isEqualTo(1_000_000 * Math.exp(-10), within(1e-3));
        time.advance(Duration.ofSeconds(21));
        assertThat(left()).isZero();
    }

    /** Threads read the clock before they take the lock. */
    @Test
    void anEventThatComesLateDoesNotIncreaseEarlierOnes() {
        time.advance(Duration.ofSeconds(1));
        count.add(time.nanos());
        count.add(0);
        assertThat(count.at(0)).isEqualTo(2);
    }

    @Test
    void forgettingLeavesNothing() {
        count.add(time.nanos());
        count.forget();
        assertThat(left()).isZero();
    }
}
