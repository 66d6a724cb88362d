package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.limit.Timeouts;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a server does with requests. Its pool has no other member. */
class SimulatedServerTest {
    private static final Latency TENTH = Latency.fixed(Duration.ofMillis(100));

    @Test
    void requestsBeyondTheCapacityWaitInOrder() {
        // Four requests, 1 ms apart, and two places: the third begins when the first is done.
        SimulationResult result =
                run(SimulatedMember.named("a").withLatency(TENTH).withCapacity(2), times(1, 2, 3, 4));

        assertThat(result.latency().mean()).isEqualTo(Duration.ofMillis((100 + 100 + 198 + 198) / 4));
        assertThat(result.latency().max()).isEqualTo(Duration.ofMillis(198));
    }

    @Test
    void aDeadServerLosesItsRequestsAndRefusesNewOnes() {
        SimulatedMember server = SimulatedMember.named("a")
                .withLatency(TENTH)
                .withCapacity(1)
                .withFault(Duration.ofMillis(50), Duration.ofMillis(200), Fault.dead());

        SimulationResult result = run(server, times(1, 2, 60, 199, 200, 230));

        // Two are lost, one of them in the queue. Two are refused. The new process begins with an empty queue.
        assertThat(result.outcomes())
                .isEqualTo(Map.of(Outcome.HEAD_FAILED, 2L, Outcome.CONNECT_FAILED, 2L, Outcome.COMPLETED, 2L));
        assertThat(result.latency().max()).isEqualTo(Duration.ofMillis(170));
        assertThat(result.latency().mean().toMillis()).isEqualTo((49 + 48 + 0 + 0 + 100 + 170) / 6);
    }

    @Test
    void aStalledServerContinuesWhereItStopped() {
        SimulatedMember server = SimulatedMember.named("a")
                .withLatency(TENTH)
                .withFault(Duration.ofMillis(51), Duration.ofMillis(1_051), Fault.stalled());

        SimulationResult result = run(server, times(1, 61));

        // The first has half of its work left, the second all of it.
        assertThat(result.latency().mean().toMillis()).isEqualTo((1_100 + 1_090) / 2);
    }

    @Test
    void aSlowServerIsSlowForRequestsThatBeginThen() {
        SimulatedMember server = SimulatedMember.named("a")
                .withLatency(TENTH)
                .withFault(Duration.ofMillis(10), Duration.ofMillis(20), Fault.slow(3))
                .withFault(Duration.ofMillis(10), Duration.ofMillis(20), Fault.slow(2))
                .withFault(Duration.ofMillis(30), Fault.latency(Latency.fixed(Duration.ofMillis(7))));

        SimulationResult result = run(server, times(9, 15, 25, 35));

        assertThat(result.latency().mean().toNanos() / 1e6).isEqualTo((100 + 600 + 100 + 7) / 4.0);
    }

    @Test
    void aShareIsAnsweredWithAStatusAndAnotherIsReset() {
        SimulatedMember server = SimulatedMember.named("a")
                .withFault(Duration.ZERO, Fault.answering(503, 0.25))
                .withFault(Duration.ZERO, Fault.resetting(0.2));

        SimulationResult result = run(server, Load.steady(1_000));

        double requests = result.requests();
        assertThat(result.statuses().get(502) / requests).isCloseTo(0.2, within(0.02));
        assertThat(result.statuses().get(503) / requests).isCloseTo(0.8 * 0.25, within(0.02));
        assertThat(result.statuses().get(200) / requests).isCloseTo(0.8 * 0.75, within(0.02));
        assertThat(result.outcomes().get(Outcome.HEAD_FAILED))
                .isEqualTo((long) result.statuses().get(502));
        assertThat(result.errors())
                .isEqualTo(result.statuses().get(502) + result.statuses().get(503));
    }

    @Test
    void aRequestThatIsBrokenOffLeavesItsPlace() {
        SimulatedMember server = SimulatedMember.named("a")
                .withLatency(Latency.fixed(Duration.ofMillis(600)))
                .withCapacity(1);
        Simulation simulation = alone(server, times(1, 2, 590))
                .timeouts(Timeouts.builder().total(Duration.ofMillis(601)).build())
                .build();

        SimulationResult result = simulation.run();

        // The second gets its place at 601 ms, and is broken off at 603 ms. Then the third gets the place. It would
        // need it until 1,203 ms, and is broken off at 1,191 ms.
        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.COMPLETED, 1L, Outcome.TOTAL_TIMEOUT, 2L));
        assertThat(alone(server, times(1, 2, 604))
                        .timeouts(
                                Timeouts.builder().total(Duration.ofMillis(601)).build())
                        .build()
                        .run()
                        .outcomes())
                .isEqualTo(Map.of(Outcome.COMPLETED, 2L, Outcome.TOTAL_TIMEOUT, 1L));
    }

    private static SimulationResult run(SimulatedMember server, Load load) {
        return alone(server, load).build().run();
    }

    private static Simulation.Builder alone(SimulatedMember server, Load load) {
        return Simulation.builder()
                .pool(pool -> pool.ejection(EjectionPolicy.OFF)
                        .retry(RetryPolicy.builder().maxAttempts(1).build()))
                .addMember(server)
                .load(load)
                .duration(Duration.ofSeconds(5));
    }

    private static Load times(int... millis) {
        return (nanos, random) -> {
            for (int at : millis) {
                if (at * 1_000_000L > nanos) {
                    return at * 1_000_000L;
                }
            }
            return Long.MAX_VALUE;
        };
    }
}
