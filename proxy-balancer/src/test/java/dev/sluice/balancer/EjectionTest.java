package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EjectionTest {
    private final ManualTime time = new ManualTime();
    private final List<PoolEvent> events = new ArrayList<>();

    @Test
    void fiveFailuresInARowTakeAMemberOutUntilItsTimeIsOver() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b");
        driver.fail("a", 4);
        assertThat(driver.used(10, Outcome.ABANDONED)).containsExactly("a", "b");
        driver.fail("a", 1);
        assertThat(driver.used(10)).containsExactly("b");
        assertThat(driver.member("a").condition()).isEqualTo(Condition.EJECTED);
        time.advance(Duration.ofMillis(9_999));
        assertThat(driver.used(10)).containsExactly("b");
        time.advance(Duration.ofMillis(1));
        assertThat(driver.used(10)).containsExactly("a", "b");
    }

    @Test
    void aSuccessRestartsTheCount() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b");
        driver.fail("a", 4);
        driver.attempt(Outcome.COMPLETED);
        driver.attempt(Outcome.COMPLETED);
        driver.fail("a", 4);
        assertThat(driver.used(10)).containsExactly("a", "b");
    }

    @Test
    void failuresThatAreNotTheUpstreamsChangeNoCount() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b");
        driver.fail("a", 4);
        for (int i = 0; i < 20; i++) {
            driver.attempt(Outcome.CLIENT_LEFT);
        }
        assertThat(driver.used(10, Outcome.ABANDONED)).containsExactly("a", "b");
        driver.fail("a", 1);
        assertThat(driver.used(10)).containsExactly("b");
    }

    @Test
    void theLastMemberInUseIsNeverTakenOut() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b", "c");
        driver.fail("a", 5);
        driver.fail("b", 5);
        driver.fail("c", 50);
        assertThat(driver.used(10)).containsExactly("c");
        PoolDriver alone = driver(EjectionPolicy.DEFAULT, "a");
        alone.fail("a", 50);
        assertThat(alone.member("a").condition()).isEqualTo(Condition.UP);
    }

    @Test
    void eachFurtherEjectionLastsLongerUpToTheCap() {
        PoolDriver driver = driver(
                EjectionPolicy.builder().maxEjectFor(Duration.ofSeconds(25)).build(), "a", "b");
        assertThat(List.of(out(driver), out(driver), out(driver), out(driver))).containsExactly(10L, 20L, 25L, 25L);
    }

    @Test
    void timeInUseThatEndsInASuccessShortensTheNextEjection() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b");
        assertThat(List.of(out(driver), out(driver), out(driver))).containsExactly(10L, 20L, 30L);
        time.advance(Duration.ofMinutes(2));
        driver.attempt(Outcome.COMPLETED);
        driver.attempt(Outcome.COMPLETED);
        assertThat(out(driver)).isEqualTo(20);
    }

    @Test
    void afterManyEjectionsTheTimeShrinksAsFastAsItGrew() {
        PoolDriver driver = driver(
                EjectionPolicy.builder().maxEjectFor(Duration.ofSeconds(25)).build(), "a", "b");
        for (int i = 0; i < 6; i++) {
            out(driver);
        }
        time.advance(Duration.ofMinutes(2));
        driver.attempt(Outcome.COMPLETED);
        driver.attempt(Outcome.COMPLETED);
        assertThat(out(driver)).isEqualTo(20);
    }

    @Test
    void timeWithoutASuccessShortensNothing() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b");
        out(driver);
        time.advance(Duration.ofHours(1));
        assertThat(out(driver)).isEqualTo(20);
    }

    @Test
    void failuresOfAttemptsFromBeforeItsReturnDoNotCount() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b");
        List<Lease> old = new ArrayList<>();
        while (old.size() < 5) {
            Lease lease = driver.call("GET").begin();
            if (lease.upstream().id().equals("a")) {
                old.add(lease);
            }
        }
        driver.fail("a", 5);
        time.advance(Duration.ofSeconds(10));
        assertThat(driver.attempt(Outcome.COMPLETED)).isEqualTo("a");
        time.advance(Duration.ofNanos(1));
        old.forEach(lease -> lease.end(Outcome.HEAD_TIMEOUT, time.nanos()));
        assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
    }

    @Test
    void ejectionCanBeSwitchedOff() {
        PoolDriver driver = driver(EjectionPolicy.OFF, "a", "b");
        driver.fail("a", 100);
        assertThat(driver.used(10)).containsExactly("a", "b");
    }

    @Test
    void healthSurvivesAChangeOfTheTopology() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b");
        driver.fail("a", 5);
        driver.pool().update(change -> change.weight("a", 7));
        driver.pool().add(Member.of(FakeUpstream.named("c")));
        assertThat(driver.used(12)).containsExactly("b", "c");
        time.advance(Duration.ofSeconds(10));
        assertThat(driver.used(12)).containsExactly("a", "b", "c");
    }

    @Test
    void eventsSayWhyAndForHowLong() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT, "a", "b");
        events.clear();
        driver.fail("a", 5);
        time.advance(Duration.ofSeconds(10));
        driver.attempt(Outcome.COMPLETED);
        assertThat(events)
                .extracting(event -> event.kind() + " " + event.member() + ": " + event.reason())
                .containsExactly(
                        "EJECTED a: 5 attempts in a row failed, last: CONNECT_FAILED; out for 10 s",
                        "ON_TRIAL a: its time out is over",
                        "REINSTATED a: it has answered its trial request");
    }

    /** Lets {@code a} fail until it is out. Returns for how many seconds it is out. */
    private long out(PoolDriver driver) {
        driver.fail("a", 5);
        long seconds = 0;
        while (driver.member("a").condition() == Condition.EJECTED) {
            time.advance(Duration.ofSeconds(1));
            seconds++;
        }
        assertThat(driver.attempt(Outcome.COMPLETED)).isEqualTo("a");
        return seconds;
    }

    private PoolDriver driver(EjectionPolicy policy, String... ids) {
        return new PoolDriver(
                PoolDriver.members(time, ids)
                        .strategy(Strategies.roundRobin())
                        .ejection(policy)
                        .addListener(events::add)
                        .build(),
                time);
    }
}
