package dev.sluice.balancer.strategy;

import dev.sluice.balancer.internal.KeyHash;
import dev.sluice.proxy.spi.LoadBalancer.Pick;

/**
 * Rendezvous hashing: of all members that may be picked, it takes the one whose hash together with the key's is the
 * highest for its weight.
 *
 * <p>Sources: Thaler, Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", IEEE/ACM Transactions on
 * Networking 6(1), 1998; the score {@code -weight / ln(u)} is that of Schindelhauer, Schomaker, "Weighted Distributed
 * Hash Tables", SPAA 2005.
 */
final class HighestWeight {
    private HighestWeight() {}

    /** An eligible index that has room, or -1 when there is none. */
    static int pick(Pick pick, long keyHash, Roster roster, LoadBound bound) {
        boolean prepared = roster.size() == pick.size();
        int best = -1;
        double highest = 0;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                long own = prepared
                        ? roster.hashAt(i)
                        : KeyHash.of(pick.candidate(i).id());
                double unit = KeyHash.unit(KeyHash.mix(keyHash, own));
                double weight = pick.weight(i);
                // As -ln(u) is at least 1 - u, most need no logarithm, which costs more than all the rest.
                if (weight > highest * (1 - unit) && bound.hasRoom(pick, i)) {
                    double score = -weight / StrictMath.log(unit);
                    best = score > highest ? i : best;
                    highest = Math.max(score, highest);
                }
            }
        }
        return best;
    }
}
