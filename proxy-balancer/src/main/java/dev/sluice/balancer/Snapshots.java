package dev.sluice.balancer;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.PoolSnapshot.Recent;
import dev.sluice.balancer.attempt.AttemptSetup;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.live.Probing;
import dev.sluice.balancer.outlier.WindowStats;
import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.PoolState;
import dev.sluice.balancer.topology.PoolView;
import dev.sluice.balancer.topology.TopologyMember;
import dev.sluice.balancer.waiting.WaitingRoom;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes snapshots of a running pool. */
final class Snapshots {
    private Snapshots() {}

    static PoolSnapshot of(PoolState pool, AttemptSetup attempts, long inFlight, PoolEvents events) {
        PoolView view = pool.view();
        TimeSource time = pool.settings().time();
        long nanos = time.nanos();
        WaitingRoom waiting = attempts.waiting();
        List<MemberSnapshot> members = new ArrayList<>();
        for (int i = 0; i < view.topology().size(); i++) {
            members.add(member(pool.settings(), view, i, nanos, events));
        }
        return new PoolSnapshot(
                pool.settings().name(),
                time.now(),
                view.panic(),
                inFlight,
                waiting.size(),
                waiting.queued(),
                attempts.budget().used(nanos),
                events.dropped(),
                members);
    }

    private static MemberSnapshot member(
            PoolSettings settings, PoolView view, int index, long nanos, PoolEvents events) {
        TopologyMember member = view.topology().member(index);
        LiveMember live = member.live();
        Probing probing = live.probing();
        WindowStats window = live.ejection().window(nanos);
        Condition condition = condition(view, index, nanos);
        return new MemberSnapshot(
                member.id(),
                condition,
                member.weight(),
                member.weight() * live.warming().part(nanos),
                member.priority(),
                member.tags(),
                member.inFlight(),
                live.limit(),
                member.latencyNanos(),
                live.results().requests(),
                live.results().failures(),
                new Recent(
                        settings.ejection().window().toNanos(),
                        window.requests(),
                        window.failed(),
                        window.meanLatencyNanos()),
                probing.probes(true),
                probing.probes(false),
                probing.lastProbe(),
                events.reason(member.id(), condition),
                condition == Condition.EJECTED
                        ? Optional.of(
                                settings.time().now().plusNanos(live.ejection().outUntilNanos() - nanos))
                        : Optional.empty());
    }

    private static Condition condition(PoolView view, int index, long nanos) {
        LiveMember member = view.topology().member(index).live();
        if (view.drained(index)) {
            return Condition.DRAINED;
        }
        if (view.draining(index)) {
            return Condition.DRAINING;
        }
        if (view.down(index)) {
            return member.probing().stage() == Probing.Stage.STARTING ? Condition.STARTING : Condition.DOWN;
        }
        if (view.ejected(index)) {
            return view.trials().get(index) ? Condition.ON_TRIAL : Condition.EJECTED;
        }
        return member.isOpen(nanos) ? Condition.OPEN : Condition.UP;
    }
}
