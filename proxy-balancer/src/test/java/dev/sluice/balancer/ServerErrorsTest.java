package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.simulation.Fault;
import dev.sluice.balancer.simulation.Latency;
import dev.sluice.balancer.simulation.Load;
import dev.sluice.balancer.simulation.SimulatedMember;
import dev.sluice.balancer.simulation.Simulation;
import dev.sluice.balancer.simulation.SimulationResult;
import dev.sluice.balancer.strategy.LoadMetric;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.spi.LoadBalancer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A member that answers with server errors at once. */
class ServerErrorsTest {
    private static final Duration FROM = Duration.ofSeconds(5);
    private static final Duration UNTIL = Duration.ofSeconds(25);

    static Stream<Named<Supplier<LoadBalancer>>> strategies() {
        return Stream.of(
                Named.of("the default", Strategies::powerOfTwoChoices),
                Named.of("two choices by latency", () -> Strategies.powerOfTwoChoices(LoadMetric.PEAK_EWMA)),
                Named.of("least requests", Strategies::leastRequests),
                Named.of("least latency", () -> Strategies.leastLoad(LoadMetric.PEAK_EWMA)),
                Named.of("round robin", Strategies::roundRobin),
                Named.of("smooth round robin", Strategies::smoothWeightedRoundRobin),
                Named.of("random", Strategies::randomChoice));
    }

    private static Simulation.Builder simulation(Supplier<LoadBalancer> strategy, SimulatedMember... members) {
        Simulation.Builder simulation = Simulation.builder()
                .pool(pool -> pool.strategy(strategy.get()))
                .load(Load.poisson(200))
                .duration(Duration.ofSeconds(30));
        for (SimulatedMember member : members) {
            simulation.addMember(member.withLatency(Latency.exponential(Duration.ofMillis(20))));
        }
        return simulation;
    }

    private static SimulatedMember member(String id) {
        return SimulatedMember.named(id);
    }

    private static long errors(SimulationResult result) {
        return result.statuses().getOrDefault(500, 0L);
    }

    private static List<PoolEvent> ejections(SimulationResult result) {
        return result.events().stream()
                .filter(event -> event.kind() == PoolEvent.Kind.EJECTED)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void oneOfThreeMembersThatErrsAtOnceIsTakenOut(Supplier<LoadBalancer> strategy) {
        SimulationResult result = simulation(
                        strategy, member("a"), member("b").withFault(FROM, UNTIL, Fault.answering(500, 1)), member("c"))
                .duration(Duration.ofSeconds(60))
                .build()
                .run();

        assertThat(errors(result)).isBetween(5L, 40L);
        assertThat(ejections(result))
                .allSatisfy(event -> assertThat(event.member()).isEqualTo("b"));
        assertThat(result.events().get(result.events().size() - 1).kind()).isEqualTo(PoolEvent.Kind.REINSTATED);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void oneOfTwoMembersThatErrsAtOnceIsTakenOut(Supplier<LoadBalancer> strategy) {
        SimulationResult result = simulation(
                        strategy, member("a"), member("b").withFault(FROM, UNTIL, Fault.answering(500, 1)))
                .build()
                .run();

        assertThat(errors(result)).isBetween(5L, 60L);
        assertThat(ejections(result)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void twoOfThreeMembersThatErrAtOnceAreTakenOut(Supplier<LoadBalancer> strategy) {
        Fault broken = Fault.answering(500, 1);
        SimulationResult result = simulation(
                        strategy,
                        member("a"),
                        member("b").withFault(FROM, UNTIL, broken),
                        member("c").withFault(FROM, UNTIL, broken))
                .build()
                .run();

        assertThat(errors(result)).isBetween(10L, 300L);
        assertThat(ejections(result))
                .extracting(PoolEvent::member)
                .contains("b", "c")
                .doesNotContain("a");
    }

    @Test
    void aMemberThatErrsInAQuarterOfItsAnswersIsTakenOutByTheComparison() {
        SimulationResult result = simulation(
                        Strategies::roundRobin,
                        member("a"),
                        member("b").withFault(FROM, Fault.answering(500, 0.25)),
                        member("c"))
                .build()
                .run();

        assertThat(ejections(result).get(0).member()).isEqualTo("b");
        assertThat(ejections(result).get(0).reason())
                .contains("answers are server errors, of its peers' answers 0.0 %");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.2, 0.4, 0.5, 0.8, 1})
    void whereAllErrAlikeNobodyIsTakenOut(double share) {
        Fault fault = Fault.answering(500, share);
        SimulationResult result = simulation(
                        Strategies::powerOfTwoChoices,
                        member("a").withFault(FROM, fault),
                        member("b").withFault(FROM, fault),
                        member("c").withFault(FROM, fault))
                .duration(Duration.ofMinutes(20))
                .build()
                .run();

        assertThat(result.events()).noneMatch(event -> event.kind() == PoolEvent.Kind.EJECTED);
    }

    @Test
    void aMemberThatErrsAtOnceGetsNoMoreThanItsShareBeforeItIsTakenOut() {
        for (Supplier<LoadBalancer> strategy : List.<Supplier<LoadBalancer>>of(
                Strategies::powerOfTwoChoices,
                Strategies::leastRequests,
                () -> Strategies.powerOfTwoChoices(LoadMetric.PEAK_EWMA),
                () -> Strategies.leastLoad(LoadMetric.PEAK_EWMA))) {
            SimulationResult result = simulation(
                            strategy, member("a"), member("b").withFault(FROM, Fault.answering(500, 1)), member("c"))
                    .pool(pool -> pool.strategy(strategy.get()).ejection(EjectionPolicy.OFF))
                    .build()
                    .run();

            double share = errors(result) / (25.0 * 200);
            assertThat(share).as(strategy.get().toString()).isBetween(0.001, 1 / 3.0);
        }
    }

    @Test
    void theComparisonCanBeSwitchedOff() {
        SimulationResult result = simulation(
                        Strategies::roundRobin,
                        member("a"),
                        member("b").withFault(FROM, Fault.answering(500, 1)),
                        member("c"))
                .pool(pool -> pool.strategy(Strategies.roundRobin())
                        .ejection(EjectionPolicy.builder()
                                .compareServerErrors(false)
                                .build()))
                .build()
                .run();

        assertThat(ejections(result)).isEmpty();
    }
}
