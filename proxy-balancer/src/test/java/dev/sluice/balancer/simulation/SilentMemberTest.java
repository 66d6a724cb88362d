package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolEvent;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A member that accepts connections but never answers is distinguished from one that is only slow, although every slow
 * attempt loses to a hedge. There are three members of 20 ms, hedges after 100 ms, a budget for all hedges, and no
 * probes.
 */
class SilentMemberTest {
    private static final Duration FAULT_AT = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 200})
    void aSilentMemberIsTakenOutAtARateAtWhichAllIsHedged(int rate) {
        SimulationResult result = run(rate, bad -> bad.withFault(FAULT_AT, Fault.stalled()));
        assertThat(ejected(result))
                .hasValueSatisfying(after -> assertThat(after)
                        .as("the time without an answer, and one attempt with a longer limit")
                        .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(16)));
        assertThat(result.errors()).isZero();
        assertThat(result.latency().percentile(99)).isLessThan(Duration.ofMillis(130));
    }

    @ParameterizedTest
    @CsvSource({"5, 300", "5, 1900", "20, 1000", "200, 1900"})
    void aMemberThatIsOnlySlowIsNotAndHedgesStillHideIt(int rate, int millis) {
        Fault slow = Fault.latency(Latency.fixed(Duration.ofMillis(millis)));
        SimulationResult result = run(rate, bad -> bad.withFault(FAULT_AT, slow));
        assertThat(ejected(result)).isEmpty();
        assertThat(result.latency().percentile(99)).isLessThan(Duration.ofMillis(130));
    }

    @Test
    void aMemberThatPausesForTwoSecondsNowAndThenStaysInUse() {
        SimulationResult result = run(200, bad -> {
            SimulatedMember pausing = bad;
            for (int second = 30; second < 290; second += 15) {
                pausing =
                        pausing.withFault(Duration.ofSeconds(second), Duration.ofSeconds(second + 2), Fault.stalled());
            }
            return pausing;
        });
        assertThat(ejected(result)).isEmpty();
    }

    private static Optional<Duration> ejected(SimulationResult result) {
        Instant fault = Instant.EPOCH.plus(FAULT_AT);
        return result.events().stream()
                .filter(event -> event.kind() == PoolEvent.Kind.EJECTED)
                .map(event -> Duration.between(fault, event.at()))
                .findFirst();
    }

    private static SimulationResult run(int rate, UnaryOperator<SimulatedMember> fault) {
        Latency usual = Latency.normal(Duration.ofMillis(20), Duration.ofMillis(3));
        return Simulation.builder()
                .pool(pool -> pool.strategy(Strategies.roundRobin())
                        .hedge(HedgePolicy.after(Duration.ofMillis(100)))
                        .retry(RetryPolicy.builder()
                                .budget(RetryBudget.of(1, 10))
                                .build()))
                .load(Load.poisson(rate))
                .duration(Duration.ofSeconds(300))
                .addMember(SimulatedMember.named("a").withLatency(usual))
                .addMember(SimulatedMember.named("b").withLatency(usual))
                .addMember(fault.apply(SimulatedMember.named("bad").withLatency(usual)))
                .build()
                .run();
    }
}
