package dev.sluice.lab.bench.micro;

import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;

/** Asks a strategy many times for one pick, so that the pool's own work adds little to the time. */
record RepeatedPick(LoadBalancer strategy) implements LoadBalancer {
    static final int TIMES = 100;

    @Override
    public int pick(Pick pick) {
        int picked = -1;
        for (int i = 0; i < TIMES; i++) {
            picked = strategy.pick(pick);
        }
        return picked;
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new RepeatedPick(strategy.over(members));
    }
}
