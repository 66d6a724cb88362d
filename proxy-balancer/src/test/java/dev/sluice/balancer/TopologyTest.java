package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.TopologyChange.Plan.Change;
import dev.sluice.balancer.TopologyChange.Plan.Kind;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The topology as a value: changed in one step, or not at all. */
class TopologyTest {
    private final ManualTime time = new ManualTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");
    private final FakeUpstream c = FakeUpstream.named("c");

    private static final Consumer<TopologyChange> ALL =
            change -> change.add(Member.of(FakeUpstream.named("d")).withPriority(2))
                    .weight("a", 3)
                    .drain("b")
                    .remove("c");

    @Test
    void aPlanSaysWhatWouldChangeAndChangesNothing() {
        PoolDriver driver = driver();
        assertThat(driver.pool().plan(ALL).changes())
                .containsExactly(
                        new Change(Kind.CHANGE, "a", "weight 1 -> 3"),
                        new Change(Kind.DRAIN, "b", "gets no new requests"),
                        new Change(Kind.ADD, "d", "weight 1, priority 2"),
                        new Change(Kind.REMOVE, "c", "weight 1"));
        assertThat(driver.used(50)).containsExactly("a", "b", "c");
    }

    @Test
    void anUpdateDoesWhatThePlanSays() {
        PoolDriver driver = driver();
        TopologyChange.Plan plan = driver.pool().plan(ALL);
        assertThat(driver.pool().update(ALL)).isEqualTo(plan);
        assertThat(driver.used(50)).containsExactly("a");
        assertThat(driver.pool().update(change -> change.weight("a", 3)).isEmpty())
                .isTrue();
    }

    @Test
    void aPlanShowsWhereAServerThatTakesAnIdIs() {
        UpstreamPool pool = UpstreamPool.builder()
                .time(time)
                .addMember(Member.at("http://10.0.0.1:8080").withId("blue"))
                .addMember(Member.of(a))
                .build();
        TopologyChange.Plan plan = pool.plan(change -> change.members(List.of(
                Member.at("https://10.0.0.2/base").withId("blue").withWeight(2),
                Member.at("http://10.0.0.3").withId("a"))));
        assertThat(plan.changes())
                .containsExactly(
                        new Change(
                                Kind.REPLACE,
                                "blue",
                                "http://10.0.0.1:8080, weight 1 -> https://10.0.0.2/base, weight 2"),
                        new Change(
                                Kind.REPLACE, "a", "an upstream at a.test:80, weight 1 -> http://10.0.0.3, weight 1"));
        pool.close();
    }

    @Test
    void anUpdateWithinAnUpdateIsRefusedAndBothChangeNothing() {
        PoolDriver driver = driver();
        UpstreamPool pool = driver.pool();
        for (Runnable nested : List.<Runnable>of(
                () -> pool.add(Member.of(FakeUpstream.named("d"))),
                () -> pool.remove("b"),
                () -> pool.drain("b"),
                () -> pool.replace("b", Member.of(FakeUpstream.named("d"))),
                pool::close)) {
            assertThatThrownBy(() -> pool.update(change -> {
                        change.remove("c");
                        nested.run();
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("within an update of it");
            assertThat(driver.used(50)).containsExactly("a", "b", "c");
        }
        assertThat(pool.remove("c"))
                .as("the next one is an update like any other")
                .isTrue();
    }

    @Test
    void ifOneChangeIsRefusedNoneIsMade() {
        PoolDriver driver = driver();
        assertThatThrownBy(
                        () -> driver.pool().update(change -> change.remove("a").remove("nobody")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no member \"nobody\"");
        assertThat(driver.used(50)).containsExactly("a", "b", "c");
    }

    @Test
    void aWholeListReplacesTheMembersAndThoseThatStayKeepTheirCounts() {
        PoolDriver driver = driver();
        Lease lease = driver.call("GET").begin();
        while (!lease.upstream().id().equals("a")) {
            lease = driver.call("GET").begin();
        }
        Member other = Member.of(FakeUpstream.named("b"));
        TopologyChange.Plan plan = driver.pool()
                .update(change ->
                        change.members(List.of(Member.of(a).withTag("rack", "1"), other, Member.at("http://x"))));
        assertThat(plan.changes())
                .extracting(Change::kind)
                .containsExactly(Kind.CHANGE, Kind.REPLACE, Kind.ADD, Kind.REMOVE);
        assertThat(driver.member("a").inFlight()).isEqualTo(1);
        assertThat(driver.member("b").requests()).isZero();
    }

    @Test
    void aDrainedMemberComesBackWhenItIsResumed() {
        PoolDriver driver = driver();
        driver.pool().update(change -> change.drain("a"));
        assertThat(driver.used(50)).containsExactly("b", "c");
        driver.pool().resume("a");
        assertThat(driver.used(50)).containsExactly("a", "b", "c");
    }

    @Test
    void aMemberThatIsRemovedWhileItDrainsAndAddedAgainDoesNotDrain() {
        PoolDriver driver = driver();
        driver.pool().update(change -> change.drain("a"));
        driver.pool().update(change -> change.remove("a"));
        driver.pool().add(Member.of(a));
        assertThat(driver.used(50)).containsExactly("a", "b", "c");
    }

    @Test
    void anotherServerThatTakesTheIdOfADrainedOneDoesNotDrain() {
        PoolDriver driver = driver();
        driver.pool().update(change -> change.drain("a"));
        driver.pool()
                .update(change ->
                        change.members(List.of(Member.of(FakeUpstream.named("a")), Member.of(b), Member.of(c))));
        assertThat(driver.used(50)).containsExactly("a", "b", "c");
    }

    @Test
    void aProxyUsesItsSubsetOfALargeFleet() {
        Set<String> used = new HashSet<>();
        for (int client = 0; client < 5; client++) {
            UpstreamPool.Builder builder = UpstreamPool.builder().time(time).subset(client, 4);
            for (int i = 0; i < 20; i++) {
                builder.addMember(Member.of(FakeUpstream.named("m" + i)));
            }
            PoolDriver driver = new PoolDriver(builder.build(), time);
            List<String> part = driver.used(200);
            assertThat(part).hasSize(4);
            used.addAll(part);
            driver.pool().remove(part.get(0));
            assertThat(driver.pool().snapshot().members())
                    .as("another member replaces it")
                    .hasSize(4);
        }
        assertThat(used).as("all subsets together have all members").hasSize(20);
    }

    @Test
    void requestsInFlightWhileTheTopologyChangesAreUncountedAtTheirEnd() {
        PoolDriver driver = driver();
        List<Lease> open = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int weight = i + 1;
            open.add(driver.call("GET").begin());
            driver.pool().update(change -> change.weight("a", weight));
        }
        assertThat(driver.pool().snapshot().inFlight()).isEqualTo(100);
        open.forEach(lease -> lease.end(Outcome.COMPLETED, time.nanos()));
        assertThat(driver.pool().snapshot().inFlight()).isZero();
        assertThat(driver.pool().snapshot().members()).allMatch(member -> member.inFlight() == 0);
    }

    private PoolDriver driver() {
        UpstreamPool pool = UpstreamPool.builder()
                .time(time)
                .addMember(Member.of(a))
                .addMember(Member.of(b))
                .addMember(Member.of(c))
                .build();
        return new PoolDriver(pool, time);
    }
}
