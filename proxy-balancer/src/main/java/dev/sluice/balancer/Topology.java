package dev.sluice.balancer;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.LoadBalancer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a pool, and the strategy prepared for exactly these. Immutable. */
final class Topology {
    private final TopologyMember[] members;
    private final Map<String, TopologyMember> byId = new HashMap<>();
    private final LoadBalancer strategy;
    private final Set<Capability> capabilities;

    /**
     * Numbers the members, and prepares the strategy.
     *
     * @param strategy the one in use so far, so that it can hand on what it has learnt
     */
    private Topology(List<TopologyMember> list, LoadBalancer strategy) {
        this.members = new TopologyMember[list.size()];
        EnumSet<Capability> common = EnumSet.allOf(Capability.class);
        for (int i = 0; i < members.length; i++) {
            TopologyMember member = list.get(i);
            members[i] = new TopologyMember(i, member.config(), member.state());
            byId.put(member.id(), members[i]);
            common.retainAll(member.state().upstream().capabilities());
        }
        this.strategy = strategy.over(List.of(members));
        this.capabilities = members.length == 0 ? Set.of() : Set.copyOf(common);
    }

    static Topology empty(LoadBalancer strategy) {
        return new Topology(List.of(), strategy);
    }

    Topology with(List<TopologyMember> added) {
        List<TopologyMember> list = new ArrayList<>(List.of(members));
        list.addAll(added);
        return new Topology(list, strategy);
    }

    Topology without(TopologyMember removed) {
        List<TopologyMember> list = new ArrayList<>(List.of(members));
        list.remove(removed.index());
        return new Topology(list, strategy);
    }

    Topology reweighted(TopologyMember member, int weight) {
        List<TopologyMember> list = new ArrayList<>(List.of(members));
        list.set(
                member.index(),
                new TopologyMember(member.index(), member.config().withWeight(weight), member.state()));
        return new Topology(list, strategy);
    }

    int size() {
        return members.length;
    }

    TopologyMember member(int index) {
        return members[index];
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

    LoadBalancer strategy() {
        return strategy;
    }

    Set<Capability> capabilities() {
        return capabilities;
    }
}
