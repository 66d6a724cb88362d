package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Slow start: the share of a member that is new or has come back. */
class WarmUpTest {
    private static final SlowStart TEN_SECONDS = SlowStart.over(Duration.ofSeconds(10));

    private final ManualTime time = new ManualTime();
    private final List<String> events = new ArrayList<>();

    static Stream<LoadBalancer> weighted() {
        return Stream.of(
                Strategies.smoothWeightedRoundRobin(),
                Strategies.weightedRandom(),
                Strategies.leastRequests(),
                Strategies.powerOfTwoChoices());
    }

    @ParameterizedTest
    @MethodSource("weighted")
    void aNewMembersShareGrowsToTheWhole(LoadBalancer strategy) {
        PoolDriver driver = driver(strategy, TEN_SECONDS);
        assertThat(share(driver, "a"))
                .as("the first members have no slow start")
                .isCloseTo(0.5, within(0.06));
        driver.pool().add(Member.of(FakeUpstream.named("new")));
        time.advance(Duration.ofSeconds(5));
        assertThat(driver.member("new").weightInEffect()).isEqualTo(0.5);
        assertThat(share(driver, "new")).as("half of its weight: 0.5 of 2.5").isCloseTo(0.2, within(0.05));
        time.advance(Duration.ofSeconds(5));
        assertThat(share(driver, "new")).isCloseTo(1.0 / 3, within(0.06));
        assertThat(events).last().isEqualTo("WARM new: its slow start is over");
    }

    @Test
    void aMemberThatComesBackIsWarmedUp() {
        PoolDriver driver = driver(Strategies.smoothWeightedRoundRobin(), TEN_SECONDS);
        driver.fail("a", 5);
        time.advance(Duration.ofSeconds(10));
        assertThat(driver.attempt(Outcome.COMPLETED)).isEqualTo("a");
        assertThat(driver.member("a").weightInEffect()).isEqualTo(0.1);
    }

    @Test
    void withoutASlowStartAMemberHasItsWholeShareAtOnce() {
        UpstreamPool pool = PoolDriver.members(time, "a")
                .strategy(Strategies.smoothWeightedRoundRobin())
                .build();
        PoolDriver driver = new PoolDriver(pool, time);
        pool.add(Member.of(FakeUpstream.named("new")));
        assertThat(driver.used(2)).containsExactly("a", "new");
    }

    private double share(PoolDriver driver, String id) {
        int his = 0;
        for (int i = 0; i < 1_000; i++) {
            his += driver.attempt(Outcome.COMPLETED).equals(id) ? 1 : 0;
        }
        return his / 1_000.0;
    }

    private PoolDriver driver(LoadBalancer strategy, SlowStart slowStart) {
        SplittableRandom random = new SplittableRandom(7);
        UpstreamPool pool = PoolDriver.members(time, "a", "b")
                .strategy(strategy)
                .slowStart(slowStart)
                .random(random::nextLong)
                .addListener(event -> events.add(event.kind() + " " + event.member() + ": " + event.reason()))
                .build();
        return new PoolDriver(pool, time);
    }
}
