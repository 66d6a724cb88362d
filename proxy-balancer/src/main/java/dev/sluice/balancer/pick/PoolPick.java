package dev.sluice.balancer.pick;

import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.Topology;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One choice among some members of a view, without those that are full or whose breaker is open. */
final class PoolPick implements Pick {
    private final Picking pool;
    private final ProxyRequest request;
    private final Topology topology;
    private final BitSet members;
    private final boolean gated;
    private final boolean warms;
    private final long ticket;
    private final long nanos;
    private @Nullable BitSet full;
    private @Nullable BitSet open;

    PoolPick(Picking pool, ProxyRequest request, Topology topology, BitSet members, long nanos) {
        this.pool = pool;
        this.request = request;
        this.topology = topology;
        this.members = members;
        this.gated = pool.settings().gated();
        this.warms = pool.settings().slowStart() != null;
        this.ticket = pool.ticket();
        this.nanos = nanos;
    }

    @Override
    public ProxyRequest request() {
        return request;
    }

    @Override
    public int size() {
        return topology.size();
    }

    @Override
    public Candidate candidate(int index) {
        return topology.member(index);
    }

    @Override
    public boolean eligible(int index) {
        return members.get(index) && !(gated && shut(index));
    }

    private boolean shut(int index) {
        LiveMember member = topology.member(index).live();
        if (member.isFull()) {
            full = with(full, index);
            return true;
        }
        boolean isOpen = member.isOpen(nanos);
        open = isOpen ? with(open, index) : open;
        return isOpen;
    }

    private static BitSet with(@Nullable BitSet set, int index) {
        BitSet more = set == null ? new BitSet() : set;
        more.set(index);
        return more;
    }

    /** Members that had as many attempts as their limit allows, or null. */
    @Nullable
    BitSet full() {
        return full;
    }

    /** Members whose breaker was open, or null. */
    @Nullable
    BitSet open() {
        return open;
    }

    @Override
    public double weight(int index) {
        double whole = topology.weight(index);
        return warms ? whole * topology.member(index).live().warming().part(nanos) : whole;
    }

    @Override
    public long inFlight() {
        return pool.inFlight();
    }

    @Override
    public long ticket() {
        return ticket;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public RandomGenerator random() {
        return pool.settings().random();
    }

    /** The strategy's pick, or -1; refuses a member that it may not pick. */
    int made() {
        LoadBalancer strategy = topology.strategy();
        int index = strategy.pick(this);
        if (index >= 0 && !members.get(index)) {
            throw new IllegalStateException(
                    "strategy \"" + strategy + "\" picked " + index + ", which is not eligible");
        }
        return index;
    }
}
