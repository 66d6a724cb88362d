package dev.sluice.lab.simulation;

import dev.sluice.balancer.simulation.Fault;
import dev.sluice.balancer.simulation.Latency;
import dev.sluice.balancer.simulation.Load;
import dev.sluice.balancer.simulation.SimulatedMember;
import dev.sluice.balancer.simulation.Simulation;
import dev.sluice.balancer.strategy.LoadMetric;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.spi.LoadBalancer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The experiment of "Beyond Round Robin: Load Balancing for Latency" (Linkerd, 2016): 11 members take 167 ms for a
 * request, and get 1,000 requests a second for a minute. For half of the time one of them takes 2 s.
 */
final class SlowMemberFigures implements FigureGroup {
    @Override
    public String title() {
        return "One slow member of 11: per cent answered within 1 s (Linkerd 2016)";
    }

    @Override
    public List<Figure> measure(int runs) {
        return List.of(
                figure("round robin", "about 95", runs, Strategies::roundRobin, 95.3, 95.6),
                figure("least requests", "about 99", runs, Strategies::leastRequests, 99.4, 99.6),
                figure(
                        "two choices by peak EWMA",
                        "about 99.9",
                        runs,
                        () -> Strategies.powerOfTwoChoices(LoadMetric.PEAK_EWMA),
                        99.85,
                        100));
    }

    private static Figure figure(
            String name, String published, int runs, Supplier<LoadBalancer> strategy, double least, double most) {
        double ours = FigureGroup.mean(runs, seed -> percentWithinASecond(strategy, seed));
        return new Figure(name, published, ours, least, most, "%.2f");
    }

    private static double percentWithinASecond(Supplier<LoadBalancer> strategy, long seed) {
        Simulation.Builder simulation = Simulation.builder()
                .pool(pool -> pool.strategy(strategy.get()))
                .load(Load.poisson(1_000))
                .duration(Duration.ofSeconds(60))
                .seed(seed);
        Latency usual = Latency.normal(Duration.ofMillis(167), Duration.ofMillis(5));
        Fault slow = Fault.latency(Latency.fixed(Duration.ofSeconds(2)));
        for (int i = 0; i < 10; i++) {
            simulation.addMember(SimulatedMember.named("steady-" + i).withLatency(usual));
        }
        simulation.addMember(SimulatedMember.named("slow")
                .withLatency(usual)
                .withFault(Duration.ofSeconds(15), Duration.ofSeconds(45), slow));
        return 100 * simulation.build().run().answeredWithin(Duration.ofSeconds(1));
    }
}
