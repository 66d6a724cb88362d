package dev.sluice.balancer.strategy;

import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;

/** Rendezvous hashing, as {@link Strategies#rendezvous} says. Safe for use by many threads. */
final class Rendezvous implements LoadBalancer {
    private final HashPolicy policy;
    private final HashChoice choice;

    Rendezvous(RequestKey key) {
        this(HashPolicy.by(key));
    }

    Rendezvous(HashPolicy policy) {
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
