package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;

/**
 * The member with the fewest requests in flight for its weight; among equals one by chance, by weight. The most even of
 * all for a few members behind one proxy, and for requests of very different cost. Two things speak against it: a
 * member that fails at once always looks idle and draws requests until it is taken out, and several proxies that see
 * the same idle member all run to it. Costs one or two scans of the members.
 *
 * <p>The rule is that of nginx's {@code least_conn}, but for the draw among equals. Holds no state; safe for use by
 * many threads.
 */
public final class LeastRequests implements LoadBalancer {
    /** Makes the strategy. */
    public LeastRequests() {}

    @Override
    public int pick(Pick pick) {
        int best = -1;
        long inFlight = 0;
        long weight = 0;
        long tied = 0;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                Candidate candidate = pick.candidate(i);
                long own = candidate.inFlight();
                long more = best < 0 ? -1 : own * weight - inFlight * candidate.weight();
                if (more < 0) {
                    best = i;
                    inFlight = own;
                    weight = candidate.weight();
                    tied = 0;
                }
                tied += more <= 0 ? candidate.weight() : 0;
            }
        }
        return tied == weight
                ? best
                : among(pick, best, inFlight, weight, pick.random().nextLong(tied));
    }

    /** Goes through the equals again, as far as the drawn number; counts may have changed, so there is a way out. */
    private static int among(Pick pick, int best, long inFlight, long weight, long drawn) {
        long left = drawn;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                Candidate candidate = pick.candidate(i);
                boolean equal = candidate.inFlight() * weight == inFlight * candidate.weight();
                left -= equal ? candidate.weight() : 0;
                if (left < 0) {
                    return i;
                }
            }
        }
        return best;
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "least requests";
    }
}
