package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import dev.sluice.proxy.header.Forwarding;
import java.util.List;

/**
 * The same client address goes to the same member: {@link Maglev} by {@link RequestKey#clientAddress()}. The simplest
 * way to keep a client where its session is, without a cookie and without state. Many clients behind one address are
 * one key, and a client whose address changes is another one: where that matters, take a cookie or a header for a key.
 *
 * <p>Costs one look into a table. Known from nginx ({@code ip_hash}) and HAProxy ({@code balance source}). Safe for
 * use by many threads.
 */
public final class ClientAddressHash implements LoadBalancer {
    private final LoadBalancer maglev;

    /** Makes the strategy by the address of the connection's peer. */
    public ClientAddressHash() {
        this(new Maglev(RequestKey.clientAddress()));
    }

    /** Makes the strategy by the address of whoever began the request, as the proxies that are trusted say. */
    public ClientAddressHash(Forwarding trusted) {
        this(new Maglev(RequestKey.clientAddress(trusted)));
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
