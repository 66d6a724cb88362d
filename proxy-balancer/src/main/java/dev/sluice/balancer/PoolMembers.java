package dev.sluice.balancer;

import dev.sluice.balancer.PoolEvent.Kind;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.internal.Subset;
import dev.sluice.balancer.live.Draining;
import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.PoolParts;
import dev.sluice.balancer.topology.PoolState;
import dev.sluice.balancer.topology.Topology;
import dev.sluice.balancer.topology.TopologyMember;
import dev.sluice.balancer.waiting.WaitingRoom;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.url.OpenedUpstreams;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The members, and the changes of the topology, each as one swap of the view. Safe for use by many threads; its state
 * is guarded by the pool's transitions.
 */
final class PoolMembers {
    private final PoolState pool;
    private final PoolParts parts;
    private final PoolEvents events;
    private final MemberUpstreams upstreams;
    private final WaitingRoom waiting;
    /** What the user wants, in order. This and the next two are replaced, never changed. */
    private volatile Map<String, Member> wanted = Map.of();

    private volatile Set<String> draining = Set.of();
    /** Those in the subset that this proxy uses, by id. */
    private volatile Map<String, Running> running = Map.of();
    /** Whether a change is in progress; guarded by the pool's transitions. */
    private boolean changing;

    PoolMembers(PoolState pool, PoolParts parts, PoolEvents events, MemberUpstreams upstreams, WaitingRoom waiting) {
        this.pool = pool;
        this.parts = parts;
        this.events = events;
        this.upstreams = upstreams;
        this.waiting = waiting;
    }

    /** What the user asked for, and what runs. */
    private record Running(Member config, LiveMember live) {}

    /** What a change does to the running members. */
    private record Made(TopologyChange.Plan plan, List<LiveMember> removed, List<LiveMember> resumed) {}

    PoolState pool() {
        return pool;
    }

    MemberUpstreams upstreams() {
        return upstreams;
    }

    /** What a change would do. */
    TopologyChange.Plan plan(Consumer<TopologyChange> changes) {
        return plan(new TopologyChange(wanted, draining).with(changes));
    }

    private TopologyChange.Plan plan(TopologyChange change) {
        return TopologyChange.Plan.between(wanted, draining, change.wanted(), change.draining());
    }

    /**
     * Makes all changes, or none.
     *
     * @param mustProve whether new members get requests only after a probe has passed
     */
    TopologyChange.Plan update(Consumer<TopologyChange> changes, boolean mustProve) {
        Made made = alone("updated", () -> {
            if (pool.closed()) {
                throw new IllegalStateException("pool \"" + pool.settings().name() + "\" is closed");
            }
            TopologyChange change = new TopologyChange(wanted, draining).with(changes);
            TopologyChange.Plan plan = plan(change);
            return plan.isEmpty()
                    ? new Made(plan, List.of(), List.of())
                    : apply(change, plan, mustProve, "removed by the application");
        });
        made.removed().forEach(LiveMember::retire);
        made.resumed().forEach(member -> member.draining().look());
        return made.plan();
    }

    /** Runs a change in a transition. Refuses a second change by the same thread within it. */
    private <T> T alone(String what, Supplier<T> change) {
        return pool.call(() -> {
            if (changing) {
                throw new IllegalStateException("pool \"" + pool.settings().name() + "\" cannot be " + what
                        + " within an update of it: use the TopologyChange of that update");
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
        return now != null && MemberDifference.sameServer(now, member);
    }

    /** The running part of exactly this server; null if it is not a member, or not in this proxy's subset. */
    @Nullable
    LiveMember live(Member member) {
        Running found = running.get(member.id());
        return found != null && MemberDifference.sameServer(found.config(), member) ? found.live() : null;
    }

    /** The running part of the member with this id, as {@link #live(Member)}. */
    @Nullable
    LiveMember live(String id) {
        Running found = running.get(id);
        return found == null ? null : found.live();
    }

    /** Waits until nothing is left of a member that is marked as draining. */
    CompletionStage<Drain.Report> drained(LiveMember member, Drain policy) {
        return member.drained(policy, () -> sessions(member.id()));
    }

    private int sessions(String id) {
        Affinity affinity = pool.view().topology().affinity();
        if (affinity == null) {
            return 0;
        }
        try {
            return affinity.sessions(id, pool.settings().time().nanos());
        } catch (RuntimeException | Error fault) {
            // This may be the end of any attempt, which must be counted even if the user's affinity throws.
            PoolEvents.LOG.error("affinity {} could not count the sessions", affinity, fault);
            return 0;
        }
    }

    /**
     * Lets a server's transport open the members that are given as URLs, if the pool was built without a transport.
     *
     * @throws IllegalArgumentException if it cannot reach one of them, or another server has settled the transport;
     *     then nothing is changed
     */
    void openedBy(UpstreamOpener opener) {
        // Members come and go, and the pool closes them itself.
        UpstreamOpener named = OpenedUpstreams.transportOf(opener);
        pool.run(() -> {
            Topology now = pool.view().topology();
            List<TopologyMember> same = new ArrayList<>();
            // Connects nothing: it shows whether the transport can reach the members.
            try (OpenedUpstreams tried = new OpenedUpstreams(named)) {
                for (int i = 0; i < now.size(); i++) {
                    same.add(now.member(i));
                    Openable.open(now.member(i).live().upstream(), tried);
                }
            }
            upstreams.transport().settle(named);
            pool.swap(now.of(same));
        });
    }

    /** Removes all members; new ones are refused from now on. */
    void close() {
        Made made = alone("closed", () -> {
            pool.close();
            TopologyChange none = new TopologyChange(Map.of(), Set.of());
            return apply(none, plan(none), false, "the pool was closed");
        });
        made.removed().forEach(LiveMember::retire);
        waiting.callAll();
        awaitClosed(made.removed());
    }

    /**
     * Waits, for 1 s at most, until the threads that were told to end have ended. Not if a test moves the clock: the
     * caller may be the one that moves it.
     */
    private void awaitClosed(List<LiveMember> removed) {
        TimeSource time = pool.settings().time();
        if (!time.equals(TimeSource.system())) {
            return;
        }
        long untilNanos = time.deadline(Duration.ofSeconds(1));
        try {
            for (LiveMember member : removed) {
                member.awaitLastProbe(untilNanos);
            }
            parts.closings().await(untilNanos);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private Made apply(TopologyChange change, TopologyChange.Plan plan, boolean mustProve, String whyRemoved) {
        Map<String, Running> before = running;
        Map<String, Running> now = new LinkedHashMap<>();
        Topology after;
        try {
            for (Member member : inSubset(change.wanted())) {
                LiveMember kept = live(member);
                now.put(member.id(), new Running(member, kept == null ? begin(member) : kept));
            }
            after = pool.view().topology().of(placed(now));
            without(before, now)
                    .forEach(live -> live.begin(mustProve, place -> upstreams.beside(live.upstream(), place)));
        } catch (RuntimeException | Error fault) {
            without(before, now).forEach(PoolMembers::unmake);
            throw fault;
        }
        wanted = new LinkedHashMap<>(change.wanted());
        draining = Set.copyOf(change.draining());
        running = now;
        List<LiveMember> removed = removed(before, now, whyRemoved);
        List<LiveMember> resumed = new ArrayList<>();
        now.values().forEach(member -> {
            tell(before, member);
            drain(member.live(), resumed);
        });
        pool.swap(after);
        return new Made(plan, removed, resumed);
    }

    private static List<TopologyMember> placed(Map<String, Running> members) {
        List<TopologyMember> placed = new ArrayList<>();
        members.values().forEach(each -> {
            Member config = each.config();
            placed.add(TopologyMember.of(each.live(), config.weight(), config.priority(), config.tags()));
        });
        return placed;
    }

    /** The members of {@code some} that are not among the others. */
    private static List<LiveMember> without(Map<String, Running> others, Map<String, Running> some) {
        Set<LiveMember> known = new HashSet<>();
        others.values().forEach(each -> known.add(each.live()));
        return some.values().stream()
                .map(Running::live)
                .filter(live -> !known.contains(live))
                .toList();
    }

    /** Undoes it: none of its probes and connections stay. */
    private static void unmake(LiveMember member) {
        member.leave();
        member.retire();
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

    private LiveMember begin(Member member) {
        URI uri = member.uri();
        Upstream own = member.upstream();
        Upstream bare = own != null || uri == null ? Objects.requireNonNull(own) : upstreams.of(member.id(), uri);
        Upstream upstream = upstreams.filtered(bare);
        LiveMember live = new LiveMember(upstream, own == null, parts);
        HealthCheck check = pool.settings().health();
        try {
            if (check != null) {
                check.requireFor(upstream);
            }
        } catch (RuntimeException | Error fault) {
            live.retire();
            throw fault;
        }
        return live;
    }

    private List<LiveMember> removed(Map<String, Running> before, Map<String, Running> now, String why) {
        List<LiveMember> removed = without(now, before);
        removed.forEach(member -> {
            member.leave();
            events.post(Kind.REMOVED, member.id(), why);
        });
        return removed;
    }

    private void tell(Map<String, Running> before, Running member) {
        Running old = before.get(member.config().id());
        if (old == null || old.live() != member.live()) {
            member.live().join(!before.isEmpty());
            events.post(Kind.ADDED, member.live().id(), MemberDifference.told(member.config()));
        } else if (!old.config().equals(member.config())) {
            events.post(Kind.CHANGED, member.live().id(), MemberDifference.of(old.config(), member.config()));
        }
    }

    private void drain(LiveMember member, List<LiveMember> resumed) {
        boolean drains = draining.contains(member.id());
        boolean drained = member.draining().stage() != Draining.Stage.IN_USE;
        if (drains && !drained) {
            member.drain();
        } else if (drained && !drains) {
            resumed.add(member);
            member.resume();
        }
    }
}
