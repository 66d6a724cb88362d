package dev.sluice.balancer;

import dev.sluice.balancer.health.SlowStart;
import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import dev.sluice.proxy.ProxyRequest;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One choice among some members of a view, but for those that are full or whose breaker is open. */
final class PoolPick implements Pick {
    private final PoolState pool;
    private final ProxyRequest request;
    private final Topology topology;
    private final BitSet members;
    private final boolean gated;
    private final @Nullable SlowStart slowStart;
    private final long ticket;
    private final long nanos;
    private @Nullable BitSet full;
    private @Nullable BitSet open;

    PoolPick(PoolState pool, ProxyRequest request, Topology topology, BitSet members, long nanos) {
        this.pool = pool;
        this.request = request;
        this.topology = topology;
        this.members = members;
        this.gated = pool.settings().limit() != null || pool.settings().breaker() != null;
        this.slowStart = pool.settings().slowStart();
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
        MemberState state = topology.member(index).state();
        if (state.full()) {
            full = with(full, index);
            return true;
        }
        boolean isOpen = state.open(nanos);
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
        return slowStart == null
                ? whole
                : whole * topology.member(index).state().part(slowStart, nanos);
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

    /** What the strategy picks, or -1; refuses what it may not pick. */
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
