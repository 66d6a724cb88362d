package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.strategy.LoadMetric;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.spi.LoadBalancer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The experiment of "Beyond Round Robin: Load Balancing for Latency" (Linkerd, 2016): 11 members take 167 ms for a
 * request, and get 1,000 requests a second for a minute. For half of the time one of them takes 2 s. The published
 * shares of requests that were answered within a second are about 95 % for round robin, about 99 % for least loaded,
 * about 99.9 % for peak EWMA.
 */
class SlowMemberTest {
    static Stream<Arguments> strategies() {
        return Stream.of(
                Arguments.of(Strategies.roundRobin(), 0.953, 0.956),
                Arguments.of(Strategies.leastRequests(), 0.994, 0.996),
                Arguments.of(Strategies.powerOfTwoChoices(LoadMetric.PEAK_EWMA), 0.9985, 1.0));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theShareAnsweredWithinASecondIsAsInTheExperiment(LoadBalancer strategy, double least, double most) {
        Simulation.Builder simulation = Simulation.builder()
                .pool(pool -> pool.strategy(strategy))
                .load(Load.poisson(1_000))
                .duration(Duration.ofSeconds(60));
        Latency usual = Latency.normal(Duration.ofMillis(167), Duration.ofMillis(5));
        Fault slow = Fault.latency(Latency.fixed(Duration.ofSeconds(2)));
        for (int i = 0; i < 10; i++) {
            simulation.addMember(SimulatedMember.named("steady-" + i).withLatency(usual));
        }
        simulation.addMember(SimulatedMember.named("slow")
                .withLatency(usual)
                .withFault(Duration.ofSeconds(15), Duration.ofSeconds(45), slow));

        assertThat(simulation.build().run().answeredWithin(Duration.ofSeconds(1)))
                .isBetween(least, most);
    }
}
