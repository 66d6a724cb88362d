package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolHealthTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");
    private final List<String> events = new ArrayList<>();

    @Test
    void aMemberThatProbesFindDownIsNotUsedUntilItIsUp() throws Exception {
        run(driver -> {
            down(a);
            assertThat(driver.used(10)).containsExactly("a", "b");
            time.advance(Duration.ofSeconds(3));
            assertThat(driver.used(10)).containsExactly("b");
            assertThat(driver.member("a").condition()).isEqualTo(Condition.DOWN);
            a.answer(200, "fine");
            time.advance(Duration.ofSeconds(2));
            assertThat(driver.used(10)).containsExactly("a", "b");
            assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
        });
        assertThat(events).containsExactly("ADDED a", "ADDED b", "DOWN a", "UP a", "REMOVED a", "REMOVED b");
    }

    @Test
    void whenAllMembersAreDownAllAreUsedAndTheRecordSaysSo() throws Exception {
        run(driver -> {
            down(a);
            down(b);
            time.advance(Duration.ofSeconds(3));
            assertThat(driver.used(10)).containsExactly("a", "b");
            Call call = driver.call("GET");
            call.begin();
            assertThat(call.explained())
                    .singleElement()
                    .asString()
                    .endsWith("; none that is up is left, so all are used");
        });
    }

    @Test
    void anEjectedMemberIsUsedBeforeOneThatIsDown() throws Exception {
        run(driver -> {
            driver.fail("a", 5);
            down(b);
            time.advance(Duration.ofSeconds(3));
            assertThat(driver.member("a").condition()).isEqualTo(Condition.EJECTED);
            assertThat(driver.member("b").condition()).isEqualTo(Condition.DOWN);
            assertThat(driver.used(10)).containsExactly("a");
        });
    }

    /** Its trial begins while probes still fail: that is not why it is down. */
    @Test
    void theReasonOfAMemberIsThatOfItsCondition() throws Exception {
        run(driver -> {
            driver.fail("a", 5);
            assertThat(driver.member("a").reason().orElseThrow().kind()).isEqualTo(PoolEvent.Kind.EJECTED);
            down(a);
            time.advance(Duration.ofMinutes(2));
            assertThat(driver.member("a").condition()).isEqualTo(Condition.DOWN);
            assertThat(driver.member("a").reason().orElseThrow().kind()).isEqualTo(PoolEvent.Kind.DOWN);
            a.answer(200, "fine");
            time.advance(Duration.ofSeconds(2));
            assertThat(driver.member("a").reason().orElseThrow().reason()).isEqualTo("it came up");
        });
    }

    @Test
    void aMemberThatIsDownGetsARequestIfNoOtherIsLeft() throws Exception {
        run(driver -> {
            down(a);
            time.advance(Duration.ofSeconds(3));
            assertThat(driver.call("GET").allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true))
                    .startsWith("b", "a");
        });
    }

    @Test
    void aMemberThatComesUpIsNoLongerEjected() throws Exception {
        run(driver -> {
            driver.fail("a", 5);
            down(a);
            time.advance(Duration.ofSeconds(3));
            a.answer(200, "fine");
            time.advance(Duration.ofSeconds(2));
            assertThat(driver.used(10)).containsExactly("a", "b");
        });
        assertThat(events)
                .containsSubsequence("EJECTED a", "DOWN a", "UP a", "REINSTATED a")
                .doesNotHaveDuplicates();
    }

    @Test
    void theEndOfAnEjectionDoesNotBringUpAMemberThatIsDown() throws Exception {
        run(driver -> {
            driver.fail("a", 5);
            down(a);
            time.advance(Duration.ofSeconds(30));
            assertThat(driver.used(10)).containsExactly("b");
            assertThat(driver.member("a").condition()).isEqualTo(Condition.DOWN);
        });
    }

    @Test
    void aMemberThatIsDownIsNotEjectedToo() throws Exception {
        run(driver -> {
            down(a);
            time.advance(Duration.ofSeconds(3));
            for (int i = 0; i < 4; i++) {
                driver.call("GET").allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true);
                driver.attempt(Outcome.COMPLETED);
            }
            driver.call("GET").allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true);
        });
        assertThat(events).doesNotContain("EJECTED a", "EJECTED b");
    }

    @Test
    void addedMembersAreProbedAndRemovedOnesAreNot() throws Exception {
        run(driver -> {
            FakeUpstream c = FakeUpstream.named("c");
            driver.pool().add(Member.of(c));
            time.advance(Duration.ofSeconds(2));
            assertThat(c.requests()).hasSize(3);
            driver.pool().remove("c");
            time.advance(Duration.ofSeconds(10));
            assertThat(c.requests()).hasSize(3);
        });
    }

    @Test
    void theCauseOfAPanicIsReportedBeforeThePanic() throws Exception {
        run(driver -> {
            down(a);
            down(b);
            time.advance(Duration.ofSeconds(3));
            a.answer(200, "fine");
            time.advance(Duration.ofSeconds(3));
        });
        assertThat(events)
                .containsExactly(
                        "ADDED a", "ADDED b", "DOWN a", "DOWN b", "PANIC ", "UP a", "CALM ", "REMOVED a", "REMOVED b");
    }

    @Test
    void aClosedPoolProbesNoMore() throws Exception {
        run(driver -> {
            time.advance(Duration.ofSeconds(1));
            driver.pool().close();
            int probes = a.requests().size();
            time.advance(Duration.ofMinutes(1));
            assertThat(a.requests()).hasSize(probes);
        });
    }

    @Test
    void theSnapshotHasTheLatestProbe() throws Exception {
        run(driver -> {
            assertThat(driver.member("a").lastProbe()).isEmpty();
            time.advance(Duration.ofMillis(1500));
            assertThat(driver.member("a").lastProbe())
                    .contains(new HealthCheck.Result(
                            true, "status 200", time.now().minusMillis(500), 0));
        });
    }

    private static void down(FakeUpstream upstream) {
        upstream.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
    }

    private void run(Script script) throws Exception {
        time.run(() -> {
            UpstreamPool.Builder builder = UpstreamPool.builder()
                    .addMember(Member.of(a))
                    .addMember(Member.of(b))
                    .strategy(Strategies.roundRobin())
                    .health(HealthCheck.http("/health")
                            .interval(Duration.ofSeconds(1))
                            .jitter(0)
                            .build())
                    .time(time)
                    .addListener(event -> events.add(event.kind() + " " + event.member()));
            try (UpstreamPool pool = builder.build()) {
                script.run(new PoolDriver(pool, time));
            }
            return null;
        });
    }

    private interface Script {
        void run(PoolDriver driver) throws Exception;
    }
}
