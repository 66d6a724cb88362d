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
 * add ─> probed up? ─ yes ─> warm up, still up? ─ yes ─> drain the old one ─> remove it
 *             └─ not in time ─────────┴─ no ─> remove the new one, and fail
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
    private TimeSource.Scheduled next = () -> {};
    private boolean up;

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
            up(state);
            return;
        }
        after(policy.upWithin(), () -> neverUp(state));
        state.proven = () -> look(state);
        look(state);
    }

    private void look(MemberState state) {
        if (state.retired()) {
            fail("was removed before it was up");
        } else if (state.up()) {
            up(state);
        }
    }

    private void neverUp(MemberState state) {
        String probe = state.lastProbe()
                .map(last -> "its last probe: " + last.detail())
                .orElse("it was not probed");
        takeBack("was not up within " + policy.upWithin() + ", " + probe);
    }

    /** Null stands for a member that is not in the part of the members that this proxy uses. */
    private void up(@Nullable MemberState state) {
        synchronized (this) {
            if (up) {
                return;
            }
            up = true;
        }
        SlowStart slowStart = pool.settings().slowStart();
        if (slowStart == null || state == null) {
            drainOld(state);
            return;
        }
        after(slowStart.window(), () -> drainOld(state));
        state.proven = () -> lookIfRemoved(state);
        lookIfRemoved(state);
    }

    private void lookIfRemoved(MemberState state) {
        if (state.retired()) {
            fail("was removed while it was warmed up");
        }
    }

    private void drainOld(@Nullable MemberState state) {
        if (state != null && !state.up()) {
            takeBack("went down while it was warmed up");
            return;
        }
        MemberState leaves = state(old);
        if (pool.closed()) {
            fail("was removed with its pool");
        } else if (leaves == null) {
            removed(new DrainReport(old, 0, 0, 0, 0, Duration.ZERO));
        } else {
            unlessClosed(() -> members.update(change -> change.drainIfPresent(old), false));
            MemberDrain.begin(pool, leaves, policy.drain()).thenAccept(this::removed);
        }
    }

    private void removed(DrainReport drained) {
        unlessClosed(() -> members.update(change -> change.removeIfPresent(old), false));
        long took = pool.settings().time().nanos() - beginNanos;
        report.complete(new ReplaceReport(added.id(), drained, Duration.ofNanos(took)));
    }

    private void takeBack(String why) {
        // Without this its removal would be told of first.
        MemberState state = state(added.id());
        if (state != null) {
            state.proven = () -> {};
        }
        unlessClosed(() -> members.update(change -> change.removeIfPresent(added.id()), false));
        fail(why);
    }

    /** A pool that is closed has no members to be changed. */
    private void unlessClosed(Runnable change) {
        try {
            change.run();
        } catch (IllegalStateException refused) {
            if (!pool.closed()) {
                throw refused;
            }
        }
    }

    private void fail(String why) {
        after(Duration.ZERO, null);
        report.completeExceptionally(new IllegalStateException("member \"" + added.id() + "\" " + why
                + (pool.closed()
                        ? ""
                        : "; \"" + old + "\" stays a member of pool \""
                                + pool.settings().name() + "\"")));
    }

    /** Has one thing done later, in the place of the one before. */
    private synchronized void after(Duration time, @Nullable Runnable task) {
        next.cancel();
        next = task == null ? () -> {} : pool.settings().time().schedule(time, task);
    }

    private @Nullable MemberState state(String id) {
        TopologyMember member = pool.view().topology().member(id);
        return member == null ? null : member.state();
    }
}
