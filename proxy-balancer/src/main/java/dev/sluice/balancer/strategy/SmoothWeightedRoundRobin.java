package dev.sluice.balancer.strategy;

import dev.sluice.proxy.internal.CombiningLock;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Each member in turn, by weight, as {@link Strategies#smoothWeightedRoundRobin} says. Safe for use by many threads.
 */
final class SmoothWeightedRoundRobin implements LoadBalancer {
    /**
     * The credit for a weight of 1. Whole numbers, since credits paid must equal credits given: rounding errors of
     * fractions would add up.
     */
    private static final double UNIT = 1 << 20;

    private final CombiningLock lock = new CombiningLock();
    private final Map<String, Long> inherited;
    private long[] credit = {};
    private String[] ids = {};

    SmoothWeightedRoundRobin() {
        this(Map.of());
    }

    private SmoothWeightedRoundRobin(Map<String, Long> inherited) {
        this.inherited = inherited;
    }

    @Override
    public int pick(Pick pick) {
        return lock.get(() -> next(pick));
    }

    private int next(Pick pick) {
        if (credit.length != pick.size()) {
            begin(pick);
        }
        long sum = 0;
        int best = -1;
        for (int i = 0; i < credit.length; i++) {
            if (pick.eligible(i)) {
                long weight = (long) (pick.weight(i) * UNIT);
                sum += weight;
                credit[i] += weight;
                best = best < 0 || credit[i] > credit[best] ? i : best;
            }
        }
        if (best >= 0) {
            credit[best] -= sum;
        }
        return best;
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        Map<String, Long> credits = lock.get(this::credits);
        credits.keySet().retainAll(members.stream().map(Candidate::id).collect(Collectors.toSet()));
        return new SmoothWeightedRoundRobin(credits);
    }

    private Map<String, Long> credits() {
        Map<String, Long> credits = new HashMap<>(inherited);
        for (int i = 0; i < ids.length; i++) {
            credits.put(ids[i], credit[i]);
        }
        return credits;
    }

    private void begin(Pick pick) {
        credit = new long[pick.size()];
        ids = new String[pick.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = pick.candidate(i).id();
            credit[i] = inherited.getOrDefault(ids[i], 0L);
        }
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "smooth weighted round robin";
    }
}
