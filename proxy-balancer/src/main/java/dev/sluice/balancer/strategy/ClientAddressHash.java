package dev.sluice.balancer.strategy;

import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;

/** Hashing of the address of the client, as {@link Strategies#clientAddressHash} says. Safe for use by many threads. */
final class ClientAddressHash implements LoadBalancer {
    private final LoadBalancer maglev;

    ClientAddressHash() {
        this(new Maglev(RequestKey.clientAddress()));
    }

    private ClientAddressHash(LoadBalancer maglev) {
        this.maglev = maglev;
    }

    @Override
    public int pick(Pick pick) {
        return maglev.pick(pick);
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new ClientAddressHash(maglev.over(members));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "client address hash";
    }
}
