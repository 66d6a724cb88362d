package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolEvent;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.proxy.ProxyResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The purpose of the pool's features, tested as a user would test a configuration. */
class PoolScenarioTest {
    private static final HealthCheck CHECK =
            HealthCheck.http("/health").interval(seconds(1)).build();

    @Test
    void hedgesShortenTheLongestLatencies() {
        Latency latency = Latency.fixed(millis(20)).mixed(0.03, Latency.fixed(millis(1_000)));
        Simulation.Builder simulation = Simulation.builder().load(Load.poisson(300));
        for (String id : List.of("a", "b", "c")) {
            simulation.addMember(SimulatedMember.named(id).withLatency(latency));
        }

        SimulationResult without = simulation.build().run();
        SimulationResult with = simulation
                .pool(pool -> pool.hedge(HedgePolicy.after(millis(50))))
                .build()
                .run();

        assertThat(without.latency().percentile(99)).isGreaterThan(millis(990));
        assertThat(with.latency().percentile(99)).isLessThan(millis(80));
        assertThat((double) with.hedges() / with.requests()).isBetween(0.02, 0.05);
        assertThat(with.errors()).isZero();
    }

    @Test
    void theOnlyServerRestartsAndItsClientsWait() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.health(CHECK).parking(Parking.upTo(seconds(10))))
                .addMember(SimulatedMember.named("a").withFault(seconds(5), seconds(7), Fault.dead()))
                .load(Load.poisson(100))
                .duration(seconds(20))
                .build()
                .run();

        assertThat(result.errors()).isZero();
        assertThat(result.latency().max()).isBetween(seconds(1), seconds(5));
    }

    @Test
    void allServersAreReplacedWithoutAFailedRequest() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.health(CHECK).slowStart(SlowStart.over(seconds(2))))
                .addMember(SimulatedMember.named("a1"))
                .addMember(SimulatedMember.named("b1"))
                .addMember(SimulatedMember.named("c1"))
                .addSpare(SimulatedMember.named("a2").withFault(seconds(0), seconds(7), Fault.dead()))
                .addSpare(SimulatedMember.named("b2").withFault(seconds(0), seconds(17), Fault.dead()))
                .addSpare(SimulatedMember.named("c2").withFault(seconds(0), seconds(27), Fault.dead()))
                .addChange(seconds(5), (pool, servers) -> pool.replace("a1", servers.apply("a2")))
                .addChange(seconds(15), (pool, servers) -> pool.replace("b1", servers.apply("b2")))
                .addChange(seconds(25), (pool, servers) -> pool.replace("c1", servers.apply("c2")))
                .load(Load.poisson(300))
                .postShare(0.5)
                .duration(seconds(40))
                .build()
                .run();

        assertThat(result.errors()).isZero();
        assertThat(result.retries()).isZero();
        assertThat(result.timeline().get(39).attempts().keySet()).contains("a1", "a2");
        assertThat(result.timeline().get(39).share("a1")
                        + result.timeline().get(39).share("b1")
                        + result.timeline().get(39).share("c1"))
                .isZero();
        assertThat(result.events().stream().filter(event -> event.kind() == PoolEvent.Kind.REMOVED))
                .hasSize(3);
    }

    @Test
    void aMemberThatComesBackIsWarmedUp() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.health(CHECK).slowStart(SlowStart.over(seconds(10))))
                .addMember(SimulatedMember.named("a").withFault(seconds(5), seconds(15), Fault.dead()))
                .addMember(SimulatedMember.named("b"))
                .addMember(SimulatedMember.named("c"))
                .load(Load.poisson(500))
                .duration(seconds(60))
                .build()
                .run();

        assertThat(result.errors()).isZero();
        assertThat(result.timeline().get(20).share("a")).isBetween(0.01, 0.25);
        assertThat(result.timeline().get(50).share("a")).isBetween(0.27, 0.4);
    }

    @Test
    void aFallbackAnswersWhenNoMemberDoes() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.health(CHECK)
                        .panic(PanicPolicy.fallback(
                                0, request -> ProxyResponse.of(request.method().equals("GET") ? 203 : 204))))
                .addMember(SimulatedMember.named("a").withFault(seconds(2), Fault.dead()))
                .duration(seconds(20))
                .build()
                .run();

        assertThat(result.timeline().get(19).errors()).isZero();
        assertThat(result.timeline().get(19).attempts().get("a")).isZero();
        assertThat(result.statuses()).containsKeys(200, 203).doesNotContainKey(204);
    }

    /** With an affinity the pool puts a filter around the upstream, which marks the response. */
    @Test
    void aPoolWithAnAffinityCanBeSimulated() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.affinity(Affinity.cookie("session")
                        .addSecret("0123456789abcdef0123456789abcdef")
                        .build()))
                .addMember(SimulatedMember.named("a"))
                .addMember(SimulatedMember.named("b"))
                .build()
                .run();

        assertThat(result.errors()).isZero();
        assertThat(result.member("a").share()).isBetween(0.45, 0.55);
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }
}
