package dev.sluice.balancer;

import dev.sluice.balancer.drain.DrainReport;
import dev.sluice.balancer.drain.ReplacePolicy;
import dev.sluice.balancer.drain.ReplaceReport;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One member takes the place of another, without a thread that waits. Safe for use by many threads.
 *
 * <pre>
 * add ─> probed up? ─ yes ─> warm up ─> drain the old one ─> remove it
 *             └─ not in time ─> remove the new one, and fail
 * </pre>
 */
final class MemberReplacement {
    private final PoolState pool;
    private final PoolMembers members;
    private final String old;
    private final Member added;
    private final ReplacePolicy policy;
    private final CompletableFuture<ReplaceReport> report = new CompletableFuture<>();
    private final long beginNanos;
    private TimeSource.Scheduled upTimeout = () -> {};
    private boolean decided;

    private MemberReplacement(PoolState pool, PoolMembers members, String old, Member added, ReplacePolicy policy) {
        this.pool = pool;
        this.members = members;
        this.old = old;
        this.added = added;
        this.policy = policy;
        this.beginNanos = pool.settings().time().nanos();
    }

    static CompletionStage<ReplaceReport> begin(
            PoolState pool, PoolMembers members, String old, Member added, ReplacePolicy policy) {
        MemberReplacement replacement = new MemberReplacement(pool, members, old, added, policy);
        members.update(change -> change.require(old).add(added), true);
        replacement.awaitUp();
        return replacement.report.minimalCompletionStage();
    }

    private void awaitUp() {
        MemberState state = state(added.id());
        if (state == null || state.monitor == null) {
            up();
            return;
        }
        upTimeout = pool.settings().time().schedule(policy.upWithin(), () -> neverUp(state));
        state.proven = () -> look(state);
        look(state);
    }

    private void look(MemberState state) {
        if (state.retired()) {
            fail("was removed before it was up");
        } else if (state.up()) {
            up();
        }
    }

    private void neverUp(MemberState state) {
        String probe = state.lastProbe()
                .map(last -> "its last probe: " + last.detail())
                .orElse("it was not probed");
        if (fail("was not up within " + policy.upWithin() + ", " + probe)) {
            members.update(change -> change.removeIfPresent(added.id()), false);
        }
    }

    private void up() {
        if (decide()) {
            SlowStart slowStart = pool.settings().slowStart();
            if (slowStart == null) {
                drainOld();
            } else {
                pool.settings().time().schedule(slowStart.window(), this::drainOld);
            }
        }
    }

    private void drainOld() {
        MemberState state = state(old);
        if (state == null || pool.closed()) {
            removed(new DrainReport(old, 0, 0, 0, 0, Duration.ZERO));
            return;
        }
        members.update(change -> change.drain(old), false);
        MemberDrain.begin(pool, state, policy.drain()).thenAccept(this::removed);
    }

    private void removed(DrainReport drained) {
        if (!pool.closed()) {
            members.update(change -> change.removeIfPresent(old), false);
        }
        long took = pool.settings().time().nanos() - beginNanos;
        report.complete(new ReplaceReport(added.id(), drained, Duration.ofNanos(took)));
    }

    private boolean fail(String why) {
        boolean first = decide();
        if (first) {
            report.completeExceptionally(new IllegalStateException("member \"" + added.id() + "\" " + why + "; \"" + old
                    + "\" stays a member of pool \"" + pool.settings().name() + "\""));
        }
        return first;
    }

    private synchronized boolean decide() {
        boolean first = !decided;
        decided = true;
        upTimeout.cancel();
        return first;
    }

    private @Nullable MemberState state(String id) {
        TopologyMember member = pool.view().topology().member(id);
        return member == null ? null : member.state();
    }
}
