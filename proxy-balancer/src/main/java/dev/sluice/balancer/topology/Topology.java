package dev.sluice.balancer.topology;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.spi.LoadBalancer;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a pool, and the strategy prepared for exactly these. Immutable. */
public final class Topology {
    private final TopologyMember[] members;
    /** By index: full scans read all of them. */
    private final double[] weights;

    private final Map<String, TopologyMember> byId = new HashMap<>();
    private final LoadBalancer strategy;
    private final @Nullable Affinity affinity;
    private final Set<Capability> capabilities;

    /**
     * Numbers the members, and prepares the strategy.
     *
     * @param strategy the one in use so far, so that it can hand on what it has learnt
     */
    private Topology(List<TopologyMember> list, LoadBalancer strategy, @Nullable Affinity affinity) {
        this.members = new TopologyMember[list.size()];
        this.weights = new double[members.length];
        EnumSet<Capability> common = EnumSet.allOf(Capability.class);
        for (int i = 0; i < members.length; i++) {
            TopologyMember member = list.get(i).at(i);
            members[i] = member;
            weights[i] = member.weight();
            byId.put(member.id(), member);
            common.retainAll(member.live().upstream().capabilities());
        }
        this.strategy = strategy.over(List.of(members));
        this.affinity = affinity == null ? null : affinity.over(byId.keySet());
        this.capabilities = members.length == 0 ? Set.of() : Set.copyOf(common);
    }

    /** Without members. */
    static Topology empty(LoadBalancer strategy, @Nullable Affinity affinity) {
        return new Topology(List.of(), strategy, affinity);
    }

    /** The same strategy over other members. */
    public Topology of(List<TopologyMember> list) {
        return new Topology(list, strategy, affinity);
    }

    /** How many members there are. */
    public int size() {
        return members.length;
    }

    /** The member at this place. */
    public TopologyMember member(int index) {
        return members[index];
    }

    /** What was set as the weight of the member at this place. */
    public double weight(int index) {
        return weights[index];
    }

    /** The member with this id, or null. */
    public @Nullable TopologyMember member(String id) {
        return byId.get(id);
    }

    /** The place of this member, or -1 if it is not here, even if another has its id. */
    public int indexOf(LiveMember live) {
        TopologyMember member = byId.get(live.id());
        return member == null || member.live() != live ? -1 : member.index();
    }

    /** The sum of the weights of these members. */
    long weight(BitSet some) {
        long sum = 0;
        for (int i = some.nextSetBit(0); i >= 0; i = some.nextSetBit(i + 1)) {
            sum += members[i].weight();
        }
        return sum;
    }

    /** The strategy, prepared for these members. */
    public LoadBalancer strategy() {
        return strategy;
    }

    /** What keeps sessions together, prepared for these members; or null. */
    public @Nullable Affinity affinity() {
        return affinity;
    }

    /** What every member can do; nothing when there is none. */
    public Set<Capability> capabilities() {
        return capabilities;
    }
}
