package dev.sluice.balancer;

import dev.sluice.balancer.PoolEvent.Kind;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.strategy.Subset;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.UpstreamOpener;
import dev.sluice.proxy.transport.url.OpenedUpstreams;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is a member: carries out changes of the topology, each as one swap of the view. Safe for use by many threads;
 * what it knows is guarded by the pool's transitions.
 */
final class PoolMembers {
    private final PoolState pool;
    /** What the user wants, in order; replaced and never changed. */
    private volatile Map<String, Member> wanted = Map.of();

    private volatile Set<String> draining = Set.of();
    /** Whether a change is made; guarded by the pool's transitions. */
    private boolean changing;

    PoolMembers(PoolState pool) {
        this.pool = pool;
    }

    /** What a change would do. */
    TopologyPlan plan(Consumer<TopologyChange> changes) {
        TopologyChange change = new TopologyChange(wanted, draining).with(changes);
        return TopologyPlan.between(wanted, draining, change.wanted(), change.draining());
    }

    /**
     * Changes the members, all as asked for or nothing.
     *
     * @param mustProve whether new members get requests only after a probe has passed
     */
    TopologyPlan update(Consumer<TopologyChange> changes, boolean mustProve) {
        List<MemberState> removed = new ArrayList<>();
        List<MemberState> resumed = new ArrayList<>();
        TopologyPlan plan = alone("updated", () -> {
            if (pool.closed()) {
                throw new IllegalStateException("pool \"" + pool.settings().name() + "\" is closed");
            }
            TopologyChange change = new TopologyChange(wanted, draining).with(changes);
            TopologyPlan made = TopologyPlan.between(wanted, draining, change.wanted(), change.draining());
            if (!made.isEmpty()) {
                removed.addAll(apply(change, mustProve, "removed by the application", resumed));
            }
            return made;
        });
        retire(removed);
        resumed.forEach(MemberState::idle);
        return plan;
    }

    /** Runs a change in a transition, and refuses another one that is asked for from within it, by the same thread. */
    private <T> T alone(String what, Supplier<T> change) {
        return pool.transition(() -> {
            if (changing) {
                throw new IllegalStateException("pool \"" + pool.settings().name() + "\" cannot be " + what
                        + " within an update of it: ask the TopologyChange that the update was given");
            }
            changing = true;
            try {
                return change.get();
            } finally {
                changing = false;
            }
        });
    }

    /** Returns whether this very server is a member, and not another one with its id. */
    boolean has(Member member) {
        Member now = wanted.get(member.id());
        return now != null && TopologyPlan.sameServer(now, member);
    }

    /**
     * Lets a server's transport open those that are given as URLs, which the pool was not built with.
     *
     * @throws IllegalArgumentException if it cannot reach one of them, or another server has settled it; nothing is
     *     changed then
     */
    void openedBy(UpstreamOpener opener) {
        // Members come and go, and the pool closes them itself.
        UpstreamOpener transport = OpenedUpstreams.transportOf(opener);
        pool.transition(() -> {
            Topology now = pool.view().topology();
            List<TopologyMember> same = new ArrayList<>();
            // Connects nothing: it shows whether the transport can reach the members.
            try (OpenedUpstreams tried = new OpenedUpstreams(transport)) {
                for (int i = 0; i < now.size(); i++) {
                    same.add(now.member(i));
                    now.member(i).state().upstream().openedBy(tried);
                }
            }
            pool.transport().settle(transport);
            pool.swap(now.of(same));
            return now;
        });
    }

    /** Removes all members; new ones are refused from now on. */
    void close() {
        List<MemberState> removed = alone("closed", () -> {
            pool.closing();
            return apply(new TopologyChange(Map.of(), Set.of()), false, "the pool was closed", new ArrayList<>());
        });
        retire(removed);
        pool.lot().callAll();
        pool.line().callAll();
        pool.awaitClosed(removed);
    }

    private void retire(List<MemberState> removed) {
        for (MemberState state : removed) {
            if (state.retire()) {
                pool.closeUpstream(state);
            }
            state.idle();
            state.proven.run();
        }
    }

    /** Returns the states of those that are members no more. */
    private List<MemberState> apply(
            TopologyChange change, boolean mustProve, String whyRemoved, List<MemberState> resumed) {
        Topology before = pool.view().topology();
        List<MemberState> made = new ArrayList<>();
        List<TopologyMember> now = new ArrayList<>();
        Topology after;
        try {
            for (Member member : inSubset(change.wanted())) {
                MemberState kept = kept(before, member);
                MemberState state = kept == null ? begin(member) : kept;
                now.add(new TopologyMember(-1, member, state));
                if (kept == null) {
                    made.add(state);
                }
            }
            after = before.of(now);
            made.forEach(state -> pool.health().begin(state, mustProve));
        } catch (RuntimeException | Error fault) {
            made.forEach(this::unmake);
            throw fault;
        }
        wanted = new LinkedHashMap<>(change.wanted());
        draining = Set.copyOf(change.draining());
        List<MemberState> removed = removed(before, now, whyRemoved);
        for (TopologyMember member : now) {
            tell(before, member);
            drain(member, resumed);
        }
        pool.swap(after);
        return removed;
    }

    /** Nothing has happened: neither probes nor connections of it stay. */
    private void unmake(MemberState state) {
        pool.health().end(state);
        if (state.retire()) {
            pool.closeUpstream(state);
        }
    }

    private List<Member> inSubset(Map<String, Member> all) {
        Subset subset = pool.settings().subset();
        List<Member> members = new ArrayList<>(all.values());
        if (subset != null) {
            Set<String> chosen = new HashSet<>(subset.of(all.keySet()));
            members.removeIf(member -> !chosen.contains(member.id()));
        }
        return members;
    }

    private @Nullable MemberState kept(Topology before, Member member) {
        TopologyMember old = before.member(member.id());
        return old != null && TopologyPlan.sameServer(old.config(), member) ? old.state() : null;
    }

    private MemberState begin(Member member) {
        URI uri = member.uri();
        Upstream own = member.upstream();
        Upstream upstream = own != null || uri == null
                ? Objects.requireNonNull(own)
                : pool.transport().upstream(member.id(), uri);
        MemberState state = pool.member(upstream, own == null);
        HealthCheck health = pool.settings().health();
        try {
            if (health != null) {
                health.requireFor(upstream);
            }
        } catch (RuntimeException fault) {
            if (own == null) {
                pool.closeUpstream(state);
            }
            throw fault;
        }
        return state;
    }

    private List<MemberState> removed(Topology before, List<TopologyMember> now, String why) {
        Set<MemberState> left = new HashSet<>();
        now.forEach(member -> left.add(member.state()));
        List<MemberState> removed = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            MemberState state = before.member(i).state();
            if (!left.contains(state)) {
                pool.health().end(state);
                removed.add(state);
                pool.post(Kind.REMOVED, before.member(i).id(), why);
            }
        }
        return removed;
    }

    private void tell(Topology before, TopologyMember member) {
        TopologyMember old = before.member(member.id());
        if (old == null || old.state() != member.state()) {
            if (before.size() > 0 && !member.state().down) {
                pool.health().warm(member.state());
            }
            pool.post(Kind.ADDED, member.id(), TopologyPlan.told(member.config()));
        } else if (!old.config().equals(member.config())) {
            pool.post(Kind.CHANGED, member.id(), TopologyPlan.difference(old.config(), member.config()));
        }
    }

    private void drain(TopologyMember member, List<MemberState> resumed) {
        MemberState state = member.state();
        boolean drains = draining.contains(member.id());
        if (drains == state.draining) {
            return;
        }
        state.draining = drains;
        state.drained = false;
        if (drains) {
            state.nextDrain();
            state.warmEnd.cancel();
            pool.post(Kind.DRAINING, member.id(), state.inFlight() + " in flight");
        } else {
            resumed.add(state);
            pool.health().warm(state);
            pool.post(Kind.RESUMED, member.id(), "gets new requests again");
        }
    }
}
