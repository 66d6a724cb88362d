package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Each member in turn, as often as its weight says, with the turns of a heavy member spread out: weights 5, 1, 1 give
 * {@code a a b a c a a}. For members of known, different strength. Costs one scan of the members under a short lock.
 *
 * <p>The rule is nginx's (1.3.1, {@code ngx_http_upstream_get_peer}): with each pick every eligible member's credit
 * grows by its weight; the one with the most credit is picked, and pays the sum of the weights. Credits are kept by id
 * when the topology changes. Safe for use by many threads.
 */
public final class SmoothWeightedRoundRobin implements LoadBalancer {
    private final Map<String, Long> inherited;
    private long[] credit = {};
    private String[] ids = {};

    /** Makes the strategy; no member has credit. */
    public SmoothWeightedRoundRobin() {
        this(Map.of());
    }

    private SmoothWeightedRoundRobin(Map<String, Long> inherited) {
        this.inherited = inherited;
    }

    @Override
    public synchronized int pick(Pick pick) {
        if (credit.length != pick.size()) {
            begin(pick);
        }
        long sum = 0;
        int best = -1;
        for (int i = 0; i < credit.length; i++) {
            if (pick.eligible(i)) {
                int weight = pick.candidate(i).weight();
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
    public synchronized LoadBalancer over(List<? extends Candidate> members) {
        Map<String, Long> credits = new HashMap<>(inherited);
        for (int i = 0; i < ids.length; i++) {
            credits.put(ids[i], credit[i]);
        }
        credits.keySet().retainAll(members.stream().map(Candidate::id).toList());
        return new SmoothWeightedRoundRobin(credits);
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
