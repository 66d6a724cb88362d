package dev.sluice.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.simulation.Fault;
import dev.sluice.balancer.simulation.Latency;
import dev.sluice.balancer.simulation.Load;
import dev.sluice.balancer.simulation.SimulatedMember;
import dev.sluice.balancer.simulation.Simulation;
import dev.sluice.balancer.simulation.SimulationResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A recipe: test in virtual time whether the configuration of a pool does what it should. */
class KillOneOfThreeTest {
    @Test
    void oneOfThreeIsKilledAndNoClientSeesIt() {
        SimulationResult result = Simulation.builder()
                .pool(setup -> setup.health(HealthCheck.http("/health").build())
                        .slowStart(SlowStart.over(Duration.ofSeconds(5))))
                .addMember(SimulatedMember.named("a")
                        .withLatency(Latency.logNormal(Duration.ofMillis(20), Duration.ofMillis(80)))
                        .withCapacity(16)
                        .withFault(Duration.ofSeconds(5), Duration.ofSeconds(20), Fault.dead()))
                .addMember(SimulatedMember.named("b")
                        .withLatency(Latency.logNormal(Duration.ofMillis(20), Duration.ofMillis(80)))
                        .withCapacity(16))
                .addMember(SimulatedMember.named("c")
                        .withLatency(Latency.logNormal(Duration.ofMillis(20), Duration.ofMillis(80)))
                        .withCapacity(16))
                .load(Load.poisson(500))
                .duration(Duration.ofSeconds(60))
                .build()
                .run();

        assertThat(result.errors()).as(result.toString()).isZero();
        assertThat(result.latency().percentile(99)).isLessThan(Duration.ofMillis(200));
        // It is used again, but not before it was back.
        assertThat(result.timeline().get(10).attempts().get("a")).isZero();
        assertThat(result.timeline().get(50).share("a")).isBetween(0.25, 0.42);
    }
}
