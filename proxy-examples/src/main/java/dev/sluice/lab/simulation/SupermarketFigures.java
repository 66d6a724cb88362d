package dev.sluice.lab.simulation;

import dev.sluice.balancer.simulation.Latency;
import dev.sluice.balancer.simulation.Load;
import dev.sluice.balancer.simulation.SimulatedMember;
import dev.sluice.balancer.simulation.Simulation;
import dev.sluice.balancer.simulation.SimulationResult;
import dev.sluice.balancer.strategy.LoadMetric;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.spi.LoadBalancer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The supermarket model: 100 queues with one server each, Poisson arrivals, exponential service with a mean of 1 s, and
 * the mean time in the system. Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS
 * 12(10), 2001. The published values are the limits for an infinite number of queues. With 100 queues the time is up to
 * 5 % longer. With one choice each is an M/M/1 queue, for any number of queues.
 */
final class SupermarketFigures implements FigureGroup {
    private static final int QUEUES = 100;
    private static final double[] LOADS = {0.5, 0.9, 0.95};
    private static final String[][] PUBLISHED = {
        {"2.00", "10.0", "20.0"}, {"1.27", "2.61", "3.38"}, {"1.13", "2.03", "2.54"}
    };

    @Override
    public String title() {
        return "Supermarket model, 100 queues: mean time in the system in service times (Mitzenmacher 2001)";
    }

    @Override
    public List<Figure> measure(int runs) {
        List<Figure> figures = new ArrayList<>();
        for (int choices = 1; choices <= 3; choices++) {
            for (int i = 0; i < LOADS.length; i++) {
                String published = PUBLISHED[choices - 1][i];
                double limit = Double.parseDouble(published);
                int drawn = choices;
                double load = LOADS[i];
                figures.add(new Figure(
                        (choices == 1 ? "random" : "best of " + choices) + " at load " + load,
                        published,
                        FigureGroup.mean(runs, seed -> meanSeconds(drawn, load, seed)),
                        (choices == 1 ? 0.98 : 0.99) * limit,
                        (choices == 1 ? 1.02 : 1.05) * limit,
                        "%.3f"));
            }
        }
        return figures;
    }

    private static double meanSeconds(int choices, double load, long seed) {
        // Under high load it takes long until the queues no longer depend on their empty start, longest with random
        // choice.
        Duration duration = Duration.ofSeconds(load < 0.9 ? 10_000 : choices == 1 ? 40_000 : 20_000);
        Simulation.Builder simulation = Simulation.builder()
                .pool(pool -> pool.strategy(strategy(choices)))
                .timeouts(Timeouts.builder().head(Timeouts.NONE).build())
                .load(Load.poisson(QUEUES * load))
                .warmUp(duration.dividedBy(5))
                .duration(duration)
                .interval(duration)
                .seed(seed);
        for (int i = 0; i < QUEUES; i++) {
            simulation.addMember(SimulatedMember.named("queue-" + i)
                    .withLatency(Latency.exponential(Duration.ofSeconds(1)))
                    .withCapacity(1));
        }
        SimulationResult result = simulation.build().run();
        return result.errors() + result.unfinished() > 0
                ? Double.NaN
                : result.latency().mean().toNanos() / 1e9;
    }

    private static LoadBalancer strategy(int choices) {
        return choices == 1 ? Strategies.randomChoice() : Strategies.bestOf(choices, LoadMetric.IN_FLIGHT);
    }
}
