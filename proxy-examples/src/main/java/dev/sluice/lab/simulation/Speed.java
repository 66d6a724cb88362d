package dev.sluice.lab.simulation;

import dev.sluice.balancer.simulation.Load;
import dev.sluice.balancer.simulation.SimulatedMember;
import dev.sluice.balancer.simulation.Simulation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Measures how many requests are simulated in a second of real time: 10 members, the pool's defaults, one thread. */
final class Speed {
    private static final int TARGET = 500_000;
    private static final int MEMBERS = 10;
    private static final Duration SIMULATED = Duration.ofSeconds(1_000);

    private final int rounds;

    Speed(int rounds) {
        this.rounds = rounds;
    }

    /** Prints each round and the median. Returns whether the median reaches the target. */
    boolean run(PrintStream out) {
        Simulation.Builder simulation =
                Simulation.builder().load(Load.poisson(1_000)).duration(SIMULATED);
        for (int i = 0; i < MEMBERS; i++) {
            simulation.addMember(SimulatedMember.named("member-" + i));
        }
        perSecond(simulation.build());
        double[] speeds = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            speeds[round] = perSecond(simulation.seed(round + 1L).build());
            out.println(String.format(Locale.ROOT, "round %d: %,.0f requests/s", round + 1, speeds[round]));
        }
        Arrays.sort(speeds);
        double median = speeds[rounds / 2];
        String verdict = median >= TARGET ? "OK" : "FAIL";
        out.println(String.format(Locale.ROOT, "median: %,.0f requests/s; target %,d: %s", median, TARGET, verdict));
        return median >= TARGET;
    }

    private static double perSecond(Simulation simulation) {
        long begin = System.nanoTime();
        long requests = simulation.run().requests();
        return requests * 1e9 / (System.nanoTime() - begin);
    }
}
