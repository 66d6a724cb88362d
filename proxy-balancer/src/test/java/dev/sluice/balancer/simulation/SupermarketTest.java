package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.strategy.LoadMetric;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.spi.LoadBalancer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The supermarket model: 100 queues with one server each, Poisson arrivals, exponential service with a mean of 1 s. The
 * mean time in the system is from Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS
 * 12(10), 2001: for {@code d} choices the sum over i of {@code load^((d^i - d) / (d - 1))}, for an infinite number of
 * queues. With 100 queues it is up to 5 % longer. For one choice it is {@code 1 / (1 - load)}, as for an M/M/1 queue,
 * for any number of queues. But such queues depend on their empty start for a long time, so a run of this length
 * differs by some per cent.
 */
class SupermarketTest {
    private static final int QUEUES = 100;

    @ParameterizedTest(name = "{0} choices at load {1}")
    @CsvSource({
        "1, 0.50, 2.00,  2000, 0.98, 1.02",
        "1, 0.90, 10.0,  5000, 0.95, 1.05",
        "2, 0.50, 1.27,  2000, 0.99, 1.02",
        "2, 0.90, 2.61,  4000, 0.98, 1.05",
        "2, 0.95, 3.38,  8000, 0.98, 1.05",
        "3, 0.50, 1.13,  2000, 0.99, 1.02",
        "3, 0.90, 2.03,  4000, 0.98, 1.05",
        "3, 0.95, 2.54,  8000, 0.98, 1.05",
    })
    void theMeanTimeInTheSystemIsThatOfTheModel(
            int choices, double load, double modelSeconds, int seconds, double least, double most) {
        assertThat(meanSeconds(choices, load, Duration.ofSeconds(seconds)) / modelSeconds)
                .isBetween(least, most);
    }

    private static double meanSeconds(int choices, double load, Duration duration) {
        Simulation.Builder simulation = Simulation.builder()
                .pool(pool -> pool.strategy(strategy(choices)))
                .timeouts(Timeouts.builder().head(Timeouts.NONE).build())
                .load(Load.poisson(QUEUES * load))
                .warmUp(duration.dividedBy(5))
                .duration(duration)
                .interval(duration);
        for (int i = 0; i < QUEUES; i++) {
            simulation.addMember(SimulatedMember.named("queue-" + i)
                    .withLatency(Latency.exponential(Duration.ofSeconds(1)))
                    .withCapacity(1));
        }
        SimulationResult result = simulation.build().run();
        assertThat(result.errors() + result.unfinished()).isZero();
        return result.latency().mean().toNanos() / 1e9;
    }

    private static LoadBalancer strategy(int choices) {
        return choices == 1 ? Strategies.randomChoice() : Strategies.bestOf(choices, LoadMetric.IN_FLIGHT);
    }
}
