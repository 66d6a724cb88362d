package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import java.util.List;

/**
 * Rendezvous hashing, also known as highest random weight: each member and the key together give a number, and the
 * highest wins. Needs no table, heeds weights exactly, spreads keys as evenly as chance does, and moves not one key
 * more than it must when members or weights change. For pools of up to some dozen members, and where weights change
 * often. Costs one scan of the members with a hash for each.
 *
 * <p>Slow start comes by itself: the weight in effect is the one that counts, so keys go over to a member that is
 * warmed up one after the other. {@link HashPolicy} says what happens to the keys of a member that is out or full.
 *
 * <p>Sources: Thaler, Ravishankar, IEEE/ACM Transactions on Networking 6(1), 1998; for weights Schindelhauer,
 * Schomaker, SPAA 2005. Safe for use by many threads.
 */
public final class Rendezvous implements LoadBalancer {
    private final HashPolicy policy;
    private final HashChoice choice;

    /** Makes the strategy without bounded load. */
    public Rendezvous(RequestKey key) {
        this(HashPolicy.by(key));
    }

    /** Makes the strategy. */
    public Rendezvous(HashPolicy policy) {
        this(policy, new HashChoice(policy));
    }

    private Rendezvous(HashPolicy policy, HashChoice choice) {
        this.policy = policy;
        this.choice = choice;
    }

    @Override
    public int pick(Pick pick) {
        return choice.pick(pick);
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new Rendezvous(policy, choice.over(members));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "rendezvous by " + policy;
    }
}
