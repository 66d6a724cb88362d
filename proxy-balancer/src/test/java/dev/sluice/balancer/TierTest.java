package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.balancer.tier.ZonePreference;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Priorities, zones, and what happens when too few members are healthy. */
class TierTest {
    private final ManualTime time = new ManualTime();
    private final List<PoolEvent> events = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        // how many of the four members of priority 0 are out; the share of the members of priority 1
        "0, 0.0",
        "1, 0.0",
        "2, 0.3",
        "3, 0.65",
        "4, 1.0"
    })
    void theNextPriorityTakesWhatTheOneBeforeItCannotBear(int out, double share) {
        PoolDriver driver = driver(UpstreamPool.builder(), "a 0", "b 0", "c 0", "d 0", "x 1", "y 1");
        List.of("a", "b", "c", "d").subList(0, out).forEach(id -> driver.fail(id, 5));
        assertThat(share(driver, id -> id.equals("x") || id.equals("y"))).isCloseTo(share, within(0.05));
    }

    @Test
    void aDrainedMemberIsNotPartOfItsTier() {
        PoolDriver driver = driver(UpstreamPool.builder(), "a 0", "b 0", "x 1");
        driver.pool().drain("a");
        assertThat(share(driver, "b"::equals)).isEqualTo(1);
    }

    @Test
    void theOverflowFactorCanBeSet() {
        PoolDriver driver = driver(UpstreamPool.builder().overflow(1), "a 0", "b 0", "x 1");
        driver.fail("a", 5);
        assertThat(share(driver, "x"::equals)).isCloseTo(0.5, within(0.05));
    }

    @Test
    void aRetryGoesToTheNextPriorityWhenItsOwnHasNoMemberLeft() {
        PoolDriver driver = driver(UpstreamPool.builder(), "a 0", "x 1");
        assertThat(driver.call("GET").allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true))
                .startsWith("a", "x");
    }

    @Test
    void membersOfTheOwnZoneArePreferred() {
        UpstreamPool.Builder builder = UpstreamPool.builder()
                .zone(ZonePreference.of("east"))
                .addMember(zone("a", "east"))
                .addMember(zone("b", "east"))
                .addMember(zone("c", "west"))
                .addMember(Member.of(FakeUpstream.named("d")));
        PoolDriver driver = driver(builder);
        assertThat(driver.used(50)).containsExactly("a", "b");
        driver.fail("a", 5);
        assertThat(driver.used(50)).as("one member is too few for a preference").containsExactly("b", "c", "d");
    }

    @Test
    void theLastMembersAreUsedEvenIfTheyAreOut() {
        PoolDriver driver = driver(UpstreamPool.builder(), "a 0", "b 0");
        driver.fail("a", 5);
        driver.pool().remove("b");
        assertThat(driver.used(5)).containsExactly("a");
    }

    @Test
    void failFastUsesNoMemberThatIsOut() {
        PoolDriver driver = driver(UpstreamPool.builder().panic(PanicPolicy.failFast(0)), "a 0", "b 0");
        driver.fail("a", 5);
        driver.pool().remove("b");
        Call call = driver.call("GET");
        assertThat(call.start()).isEqualTo(new Step.Fail(Outcome.NO_UPSTREAM));
        assertThat(call.explained()).containsExactly("after attempt 0: no member is available: NO_UPSTREAM; a ejected");
    }

    @Test
    void belowTheThresholdAllMembersAreUsedAgain() {
        PoolDriver driver = driver(UpstreamPool.builder().panic(PanicPolicy.useAll(0.6)), "a 0", "b 0", "c 0");
        driver.fail("a", 5);
        assertThat(driver.used(50)).as("two thirds are enough").containsExactly("b", "c");
        driver.fail("b", 5);
        assertThat(driver.pool().snapshot().panic()).isTrue();
        assertThat(driver.used(50)).containsExactly("a", "b", "c");
        assertThat(told()).containsExactly("PANIC : 1 of 3 members are well");
        driver.pool().remove("a");
        driver.pool().remove("b");
        driver.pool().close();
        assertThat(told()).containsExactly("PANIC : 1 of 3 members are well", "CALM : 1 of 1 members are well");
    }

    @Test
    void aFallbackAnswersInAPanicAndForAPoolWithoutMembers() {
        PoolDriver driver = driver(
                UpstreamPool.builder().panic(PanicPolicy.fallback(0, request -> ProxyResponse.of(200, "back soon"))));
        Call call = driver.call("GET");
        Step.Send send = (Step.Send) call.start();
        assertThat(send.lease().upstream().id()).isEqualTo("fallback");
        assertThat(call.head(send.lease())).isEqualTo(new Step.Answer(send.lease(), false));
        driver.pool().add(Member.of(FakeUpstream.named("a")));
        assertThat(driver.used(5)).containsExactly("a");
    }

    private List<String> told() {
        return events.stream()
                .filter(event -> event.member().isEmpty())
                .map(event -> event.kind() + " " + event.member() + ": " + event.reason())
                .toList();
    }

    private static Member zone(String id, String zone) {
        return Member.of(FakeUpstream.named(id)).withTag("zone", zone);
    }

    private static double share(PoolDriver driver, Predicate<String> who) {
        int his = 0;
        for (int i = 0; i < 2_000; i++) {
            his += who.test(driver.attempt(Outcome.COMPLETED)) ? 1 : 0;
        }
        return his / 2_000.0;
    }

    /** Members as an id and a priority. */
    private PoolDriver driver(UpstreamPool.Builder builder, String... members) {
        for (String member : members) {
            String[] parts = member.split(" ");
            builder.addMember(Member.of(FakeUpstream.named(parts[0])).withPriority(Integer.parseInt(parts[1])));
        }
        SplittableRandom random = new SplittableRandom(7);
        UpstreamPool pool = builder.time(time)
                .random(random::nextLong)
                .ejection(EjectionPolicy.builder().maxEjectedPercent(100).build())
                .addListener(events::add)
                .build();
        return new PoolDriver(pool, time);
    }
}
