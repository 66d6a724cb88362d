package dev.sluice.lab.simulation;

import dev.sluice.balancer.strategy.HashPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.spi.LoadBalancer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The load of the fullest member with bounded loads, also with few keys. Source: Mirrokni, Thorup, Zadimoghaddam,
 * "Consistent Hashing with Bounded Loads", 2016.
 */
final class BoundedLoadFigures implements FigureGroup {
    private static final double BOUND = 1.25;
    private static final int MEMBERS = 10;
    /** With this number of keys the bound is exactly 1,250 requests, so rounding it up changes nothing. */
    private static final int REQUESTS = 10_000;

    @Override
    public String title() {
        return "Bounded load with c = 1.25, 10 members, 20 keys: fullest over average (Mirrokni et al. 2016)";
    }

    @Override
    public List<Figure> measure(int runs) {
        return List.of(
                figure("Maglev", runs, policy -> Strategies.maglev(policy, Strategies.MAGLEV_SLOTS)),
                figure("ring", runs, policy -> Strategies.ringHash(policy, Strategies.RING_POINTS)),
                figure("rendezvous", runs, Strategies::rendezvous));
    }

    private static Figure figure(String name, int runs, Function<HashPolicy, LoadBalancer> kind) {
        double worst = 0;
        for (long seed = 1; seed <= runs; seed++) {
            KeyPick pick = new KeyPick(KeyPick.ids(seed, MEMBERS), policy -> kind.apply(policy.withBoundedLoad(BOUND)));
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < REQUESTS; i++) {
                pick.begin("key-" + random.nextInt(20));
            }
            worst = Math.max(worst, pick.fullest());
        }
        return new Figure(name + ", worst of all runs", "at most 1.25", worst, 1, BOUND, "%.4f");
    }
}
