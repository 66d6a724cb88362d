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

    private static final int NOT_BEGUN = -2;

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
        // Not with the lock: the pick may be somebody else's.
        long[] weights = weights(pick);
        int found = lock.get(() -> next(weights));
        if (found != NOT_BEGUN) {
            return found;
        }
        String[] names = ids(pick);
        return lock.get(() -> {
            begin(names);
            return next(weights);
        });
    }

    /** The weights of those that are eligible, and -1 for the others. */
    private static long[] weights(Pick pick) {
        long[] weights = new long[pick.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = pick.eligible(i) ? (long) (pick.weight(i) * UNIT) : -1;
        }
        return weights;
    }

    private static String[] ids(Pick pick) {
        String[] ids = new String[pick.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = pick.candidate(i).id();
        }
        return ids;
    }

    private int next(long[] weights) {
        if (credit.length != weights.length) {
            return NOT_BEGUN;
        }
        long sum = 0;
        int best = -1;
        for (int i = 0; i < credit.length; i++) {
            if (weights[i] >= 0) {
                sum += weights[i];
                credit[i] += weights[i];
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

    private void begin(String[] names) {
        credit = new long[names.length];
        ids = names;
        for (int i = 0; i < ids.length; i++) {
            credit[i] = inherited.getOrDefault(ids[i], 0L);
        }
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "smooth weighted round robin";
    }
}
