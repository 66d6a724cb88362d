package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolEvent;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final HealthCheck CHECK = HealthCheck.http("/health")
            .interval(Duration.ofSeconds(1))
            .rise(2)
            .fall(3)
            .build();

    @Test
    void whenOneOfThreeIsKilledNoClientSeesAnError() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.health(CHECK))
                .addMember(server("a").withFault(seconds(5), seconds(20), Fault.dead()))
                .addMember(server("b"))
                .addMember(server("c"))
                .load(Load.poisson(500))
                .duration(seconds(30))
                .build()
                .run();

        assertThat(result.errors()).isZero();
        assertThat(result.latency().percentile(99)).isLessThan(millis(200));
        assertThat(result.retries()).isPositive();
        assertThat(result.member("a").failures()).isEqualTo(result.retries());
        assertThat(result.timeline().get(10).share("a")).isLessThan(0.05);
        assertThat(result.timeline().get(28).share("a")).isBetween(0.25, 0.42);
        assertThat(result.events()).extracting(PoolEvent::kind).contains(PoolEvent.Kind.DOWN, PoolEvent.Kind.UP);
    }

    @Test
    void aRequestInProgressAtAMemberThatDiesFailsWhenItMayNotBeRepeated() {
        SimulationResult result = Simulation.builder()
                .addMember(server("a").withFault(seconds(5), Fault.dead()))
                .addMember(server("b"))
                .load(Load.poisson(500))
                .postShare(1)
                .duration(seconds(10))
                .build()
                .run();

        assertThat(result.errors()).isPositive();
        assertThat(result.outcomes()).containsOnlyKeys(Outcome.COMPLETED, Outcome.HEAD_FAILED);
        assertThat(result.firstError().orElseThrow()).isLessThan(seconds(5));
        assertThat(result.lastError().orElseThrow()).isLessThan(seconds(5)).isGreaterThan(seconds(4));
    }

    @Test
    void theSameSeedGivesTheSameResult() {
        assertThat(eventful(7).run().toString()).isEqualTo(eventful(7).run().toString());
        assertThat(eventful(8).run().toString()).isNotEqualTo(eventful(7).run().toString());
    }

    /** A simulation with the simplest pool, to test loads, latencies and queues. */
    @Test
    void theResultIsTheSameOnEveryMachine() {
        SimulationResult result = Simulation.builder()
                .addMember(server("a")
                        .withLatency(Latency.logNormal(millis(20), millis(90)).mixed(0.1, Latency.fixed(millis(1)))))
                .load(Load.poisson(300))
                .build()
                .run();

        assertThat(result.requests()).isEqualTo(18_161);
        assertThat(result.latency().mean()).isEqualTo(Duration.ofNanos(22_455_083));
        assertThat(result.latency().max()).isEqualTo(Duration.ofNanos(231_731_786));
    }

    private static Simulation eventful(long seed) {
        return Simulation.builder()
                .pool(pool -> pool.health(CHECK)
                        .hedge(HedgePolicy.percentile(0.95, millis(50)))
                        .parking(Parking.upTo(seconds(1)))
                        .slowStart(SlowStart.over(seconds(2))))
                .addMember(server("a").withFault(seconds(2), seconds(8), Fault.stalled()))
                .addMember(server("b")
                        .withFault(seconds(3), Fault.answering(503, 0.2))
                        .withFault(seconds(3), Fault.slow(2)))
                .addMember(server("c").withFault(seconds(4), seconds(6), Fault.dead()))
                .addMember(server("d").withFault(seconds(1), Fault.resetting(0.1)))
                .load(Load.poisson(800))
                .timeouts(new Timeouts(seconds(1), seconds(1), seconds(2), seconds(1)))
                .postShare(0.3)
                .clients(50)
                .addSpare(server("e"))
                .addChange(seconds(9), (pool, servers) -> pool.replace("b", servers.apply("e")))
                .addHeader("X-Key", Keys.zipf(100, 1))
                .duration(seconds(15))
                .seed(seed)
                .build();
    }

    @Test
    void everythingIsCountedOnce() {
        SimulationResult result = eventful(1).run();

        long requests = sum(result.outcomes().values());
        assertThat(result.requests()).isEqualTo(requests);
        assertThat(sum(result.statuses().values())).isEqualTo(requests);
        assertThat(result.timeline().stream()
                        .mapToLong(SimulationResult.Interval::requests)
                        .sum())
                .isEqualTo(requests);
        assertThat(result.timeline().stream()
                        .mapToLong(SimulationResult.Interval::errors)
                        .sum())
                .isEqualTo(result.errors())
                .isPositive();
        assertThat(result.attempts()).isEqualTo(requests + result.retries() + result.hedges());
        assertThat(result.timeline().stream()
                        .mapToLong(i -> sum(i.attempts().values()))
                        .sum())
                .isEqualTo(result.attempts());
    }

    @Test
    void requestsDuringTheWarmUpAreOnlyInTheTimeline() {
        Simulation.Builder simulation = Simulation.builder()
                .addMember(server("a"))
                .load(Load.steady(100))
                .duration(seconds(10))
                .warmUp(seconds(4));

        SimulationResult result = simulation.build().run();

        assertThat(result.requests()).isEqualTo(600);
        assertThat(result.attempts()).isEqualTo(600);
        assertThat(result.timeline().get(1).requests()).isEqualTo(100);
    }

    @Test
    void aDeadlineOfTheClientEndsTheRequest() {
        SimulationResult result = Simulation.builder()
                .addMember(server("a").withFault(seconds(0), Fault.stalled()))
                .load(Load.steady(10))
                .duration(seconds(2))
                .timeouts(Timeouts.builder().total(seconds(3)).build())
                .build()
                .run();

        assertThat(result.outcomes()).containsExactly(Map.entry(Outcome.TOTAL_TIMEOUT, result.requests()));
        assertThat(result.statuses()).containsOnlyKeys(504);
        assertThat(result.latency().mean()).isEqualTo(seconds(3));
    }

    @Test
    void aMemberThatDoesNotAnswerInTimeIsGivenUp() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.strategy(Strategies.roundRobin()).ejection(EjectionPolicy.OFF))
                .addMember(server("a").withFault(seconds(0), Fault.stalled()))
                .addMember(server("b").withLatency(Latency.fixed(millis(10))))
                .load(Load.steady(10))
                .duration(seconds(10))
                .timeouts(Timeouts.builder().head(millis(500)).build())
                .build()
                .run();

        assertThat(result.errors()).isZero();
        assertThat(result.latency().max()).isEqualTo(millis(510));
        assertThat(result.retries())
                .isEqualTo(result.member("a").failures())
                .isEqualTo(result.member("a").attempts());
    }

    @Test
    void requestsThatAreNeverAnsweredAreUnfinished() {
        SimulationResult result = Simulation.builder()
                .addMember(server("a").withFault(seconds(1), Fault.stalled()))
                .load(Load.steady(10))
                .duration(seconds(2))
                .timeouts(Timeouts.builder().head(Timeouts.NONE).build())
                .build()
                .run();

        assertThat(result.unfinished()).isBetween(9L, 12L);
        assertThat(result.requests() + result.unfinished()).isEqualTo(19);
    }

    @Test
    void serversAreReplacedOneAfterTheOther() {
        SimulationResult result = Simulation.builder()
                .addMember(server("a1"))
                .addMember(server("b1"))
                .addSpare(server("a2").withFault(seconds(0), seconds(3), Fault.dead()))
                .addSpare(server("b2"))
                .addChange(seconds(4), (pool, servers) -> {
                    pool.add(servers.apply("a2"));
                    pool.remove("a1");
                })
                .addChange(seconds(6), (pool, servers) -> {
                    pool.add(servers.apply("b2"));
                    pool.remove("b1");
                })
                .load(Load.poisson(300))
                .duration(seconds(10))
                .build()
                .run();

        assertThat(result.errors()).isZero();
        assertThat(result.member("a1").lastAttempt().orElseThrow()).isLessThan(seconds(4));
        assertThat(result.member("a2").firstAttempt().orElseThrow()).isGreaterThan(seconds(4));
        assertThat(result.timeline().get(9).attempts().get("b1")).isZero();
        assertThat(result.timeline().get(9).share("a2")).isBetween(0.4, 0.6);
    }

    @Test
    void membersHaveTheirConfiguration() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.strategy(Strategies.smoothWeightedRoundRobin()))
                .addMember(server("a").withConfiguration(member -> member.withWeight(3)))
                .addMember(server("b"))
                .build()
                .run();

        assertThat(result.member("a").share()).isCloseTo(0.75, within(0.001));
    }

    @Test
    void requestsHaveKeysAndComeFromManyAddresses() {
        Set<String> keys = new TreeSet<>();
        Set<Object> addresses = new HashSet<>();
        Simulation.builder()
                .pool(pool -> pool.strategy(pick -> {
                    keys.addAll(pick.request().headers().all("X-Key"));
                    addresses.add(pick.request().exchange().client().address());
                    return 0;
                }))
                .addMember(server("a"))
                .addHeader("X-Key", Keys.uniform(3))
                .clients(20)
                .build()
                .run();

        assertThat(keys).containsExactly("key-0", "key-1", "key-2");
        assertThat(addresses).hasSize(20);
    }

    @Test
    void theLoadChangesAtTheGivenTimes() {
        SimulationResult result = Simulation.builder()
                .addMember(server("a"))
                .load(Load.steady(10).until(seconds(5), Load.steady(100)))
                .duration(seconds(10))
                .build()
                .run();

        assertThat(result.timeline().get(4).requests()).isEqualTo(10);
        assertThat(result.timeline().get(7).requests()).isEqualTo(100);
    }

    @Test
    void theResultIsShownAsTables() {
        SimulationResult result = Simulation.builder()
                .pool(pool -> pool.strategy(Strategies.roundRobin()))
                .addMember(server("a").withLatency(Latency.fixed(millis(20))))
                .addMember(server("b").withLatency(Latency.fixed(millis(20))))
                .load(Load.steady(4))
                .duration(seconds(3))
                .build()
                .run();

        assertThat(result.toString()).isEqualTo("""
                requests  11 in 3.000 s, seed 1
                errors    0 (0.00 %)
                attempts  11: 0 retries, 0 hedges
                latency   mean 20.00 ms, p50 20.00 ms, p90 20.00 ms, p99 20.00 ms, p99.9 20.00 ms, max 20.00 ms
                outcomes  COMPLETED 11
                statuses  200 11

                member   attempts    share   failures
                a               6  54.55 %          0
                b               5  45.45 %          0

                     from  requests  errors         p50         p99        a        b
                  0.000 s         3       0    20.00 ms    20.00 ms  66.67 %  33.33 %
                  1.000 s         4       0    20.00 ms    20.00 ms  50.00 %  50.00 %
                  2.000 s         4       0    20.00 ms    20.00 ms  50.00 %  50.00 %

                  0.000 s a ADDED: weight 1
                  0.000 s b ADDED: weight 1
                """);
    }

    @Test
    void aFaultOfAStrategyIsThrown() {
        Simulation simulation = Simulation.builder()
                .pool(pool -> pool.strategy(pick -> {
                    throw new IllegalStateException("no idea");
                }))
                .addMember(server("a"))
                .build();

        assertThatThrownBy(simulation::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no idea");
    }

    @Test
    void aMemberThatIsNotSimulatedIsRefused() {
        Upstream real = Upstream.of("real", request -> {
            throw new AssertionError("nothing is sent");
        });
        Simulation simulation = Simulation.builder()
                .addChange(seconds(1), (pool, servers) -> pool.add(Member.of(real)))
                .build();

        assertThatThrownBy(simulation::run).hasMessage("a member of a simulation must be simulated: \"real\"");
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> Simulation.builder().duration(Duration.ZERO).build())
                .hasMessage("duration must be positive: 0 s");
        assertThatThrownBy(() -> Simulation.builder().warmUp(seconds(60)).build())
                .hasMessage("warmUp must be below 60 s: 60 s");
        assertThatThrownBy(
                        () -> Simulation.builder().interval(Duration.ofNanos(1)).build())
                .hasMessage("interval must be at least PT0.0006S for 60 s: PT0.000000001S");
        assertThatThrownBy(() -> Simulation.builder().postShare(1.5).build())
                .hasMessage("postShare must be 0 to 1: 1.5");
        assertThatThrownBy(() -> Simulation.builder().clients(0).build()).hasMessage("clients must be 1 to 1048576: 0");
        assertThatThrownBy(() -> Simulation.builder().clients(2_000_000).build())
                .hasMessage("clients must be 1 to 1048576: 2000000");
        assertThatThrownBy(() -> Simulation.builder().addMember(server("a")).addSpare(server("a")))
                .hasMessage("there is already a simulated server \"a\"");
        assertThatThrownBy(() -> server("a").withCapacity(0)).hasMessage("capacity must be at least 1: 0");
        assertThatThrownBy(() -> server("a").withFault(seconds(2), seconds(2), Fault.dead()))
                .hasMessage("end of a fault must be after 2 s: 2 s");
        assertThatThrownBy(() -> Fault.answering(99, 1)).hasMessage("status of a fault must be 200 to 599: 99");
        assertThatThrownBy(() -> Load.poisson(0)).hasMessage("requests per second must be positive: 0.0");
    }

    private static SimulatedMember server(String id) {
        return SimulatedMember.named(id)
                .withLatency(Latency.exponential(millis(20)))
                .withCapacity(16);
    }

    private static long sum(Iterable<Long> numbers) {
        long sum = 0;
        for (long number : numbers) {
            sum += number;
        }
        return sum;
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }
}
