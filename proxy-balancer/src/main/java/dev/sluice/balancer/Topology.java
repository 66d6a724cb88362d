package dev.sluice.balancer;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.LoadBalancer;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a pool, and the strategy prepared for exactly these. Immutable. */
final class Topology {
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
            TopologyMember member = list.get(i);
            members[i] = new TopologyMember(i, member.config(), member.state());
            weights[i] = member.weight();
            byId.put(member.id(), members[i]);
            common.retainAll(member.state().upstream().capabilities());
        }
        this.strategy = strategy.over(List.of(members));
        this.affinity = affinity == null ? null : affinity.over(byId.keySet());
        this.capabilities = members.length == 0 ? Set.of() : Set.copyOf(common);
    }

    static Topology empty(LoadBalancer strategy, @Nullable Affinity affinity) {
        return new Topology(List.of(), strategy, affinity);
    }

    /** The same strategy over other members. */
    Topology of(List<TopologyMember> list) {
        return new Topology(list, strategy, affinity);
    }

    int size() {
        return members.length;
    }

    TopologyMember member(int index) {
        return members[index];
    }

    double weight(int index) {
        return weights[index];
    }

    /** The member with this id, or null. */
    @Nullable
    TopologyMember member(String id) {
        return byId.get(id);
    }

    /** The place of the member that has this state, or -1 when it is no member any more. */
    int indexOf(MemberState state) {
        TopologyMember member = byId.get(state.upstream().id());
        return member == null || member.state() != state ? -1 : member.index();
    }

    /** The sum of the weights of these members. */
    long weight(BitSet some) {
        long sum = 0;
        for (int i = some.nextSetBit(0); i >= 0; i = some.nextSetBit(i + 1)) {
            sum += members[i].weight();
        }
        return sum;
    }

    LoadBalancer strategy() {
        return strategy;
    }

    /** What keeps sessions together, prepared for these members; or null. */
    @Nullable
    Affinity affinity() {
        return affinity;
    }

    Set<Capability> capabilities() {
        return capabilities;
    }
}
