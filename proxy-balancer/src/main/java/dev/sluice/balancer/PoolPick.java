package dev.sluice.balancer;

import dev.sluice.balancer.PoolView.Tier;
import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import dev.sluice.proxy.ProxyRequest;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/** One choice among the members of a view. */
record PoolPick(
        ProxyRequest request, PoolView view, Tier tier, BitSet members, long ticket, long nanos, RandomGenerator random)
        implements Pick {
    @Override
    public int size() {
        return view.topology().size();
    }

    @Override
    public Candidate candidate(int index) {
        return view.topology().member(index);
    }

    @Override
    public boolean eligible(int index) {
        return members.get(index);
    }

    @Override
    public long inFlight() {
        long sum = 0;
        for (int i = 0; i < size(); i++) {
            sum += candidate(i).inFlight();
        }
        return sum;
    }

    /** What the strategy picks, or -1; refuses what it may not pick. */
    int made() {
        if (members.isEmpty()) {
            return -1;
        }
        LoadBalancer strategy = view.topology().strategy();
        int index = strategy.pick(this);
        if (index >= 0 && !eligible(index)) {
            throw new IllegalStateException(
                    "strategy \"" + strategy + "\" picked " + index + ", which is not eligible");
        }
        return index;
    }
}
