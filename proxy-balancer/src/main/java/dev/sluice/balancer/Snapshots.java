package dev.sluice.balancer;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.PoolSnapshot.Recent;
import dev.sluice.balancer.health.WindowStats;
import java.util.ArrayList;
import java.util.List;

/** Makes snapshots of a running pool. */
final class Snapshots {
    private Snapshots() {}

    static PoolSnapshot of(PoolState pool) {
        PoolView view = pool.view();
        long nanos = pool.settings().time().nanos();
        List<MemberSnapshot> members = new ArrayList<>();
        for (int i = 0; i < view.topology().size(); i++) {
            members.add(member(pool, view, i, nanos));
        }
        int queued = pool.line().size();
        return new PoolSnapshot(
                pool.settings().name(),
                pool.settings().time().now(),
                view.panic(),
                pool.inFlight(),
                pool.lot().size() + queued,
                queued,
                pool.droppedEvents(),
                members);
    }

    private static MemberSnapshot member(PoolState pool, PoolView view, int index, long nanos) {
        TopologyMember member = view.topology().member(index);
        MemberState state = member.state();
        WindowStats window = state.passive.window(nanos);
        return new MemberSnapshot(
                member.id(),
                condition(view, index, nanos),
                member.weight(),
                member.weight() * state.part(pool.settings().slowStart(), nanos),
                member.config().priority(),
                member.tags(),
                state.inFlight(),
                state.limit == null ? Integer.MAX_VALUE : state.limit.limit(),
                state.latencyNanos(),
                state.requests(),
                state.failures(),
                new Recent(
                        pool.settings().ejection().window().toNanos(),
                        window.requests(),
                        window.failed(),
                        window.meanLatencyNanos()),
                state.lastProbe());
    }

    private static Condition condition(PoolView view, int index, long nanos) {
        MemberState state = view.topology().member(index).state();
        if (view.drained(index)) {
            return Condition.DRAINED;
        }
        if (view.draining(index)) {
            return Condition.DRAINING;
        }
        if (view.down(index)) {
            return state.wasUp ? Condition.DOWN : Condition.STARTING;
        }
        if (view.ejected(index)) {
            return view.trials().get(index) ? Condition.ON_TRIAL : Condition.EJECTED;
        }
        return state.open(nanos) ? Condition.OPEN : Condition.UP;
    }
}
