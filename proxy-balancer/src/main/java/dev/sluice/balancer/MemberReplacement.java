package dev.sluice.balancer;

import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of one member by another, without a thread that waits. Safe for use by many threads.
 *
 * <pre>
 * COMING_UP ─ probed up ─> WARMING ─ still up ─> DRAINING ─ the old one has nothing left ─> OVER: it is removed
 *     └─ not in time ─────────┴─ down ──────────────┴─ down ─> OVER: the new one is removed, the old one goes on
 * </pre>
 *
 * Each timer and hook is made for one stage, and has no effect in a later one: whoever ends a stage asks {@link #enter}
 * whether the stage is still the same. Until the old member is removed it can go on as before.
 */
final class MemberReplacement {
    private enum Stage {
        COMING_UP,
        WARMING,
        DRAINING,
        OVER
    }

    private final PoolMembers members;
    private final PoolSettings settings;
    private final Member old;
    private final Member added;
    private final Replacement policy;
    private final CompletableFuture<Replacement.Report> report = new CompletableFuture<>();
    private final long beginNanos;
    /** Null for a member that is not in this proxy's subset. */
    private final @Nullable LiveMember live;

    /** This and the next are guarded by this object's lock. */
    private Stage stage = Stage.COMING_UP;

    private TimeSource.Scheduled timer = () -> {};
    /** Whether the old member was not drained before. */
    private volatile boolean drains;

    private MemberReplacement(PoolMembers members, Member old, Member added, Replacement policy) {
        this.members = members;
        this.settings = members.pool().settings();
        this.old = old;
        this.added = added;
        this.policy = policy;
        this.beginNanos = settings.time().nanos();
        this.live = members.live(added);
    }

    static CompletionStage<Replacement.Report> begin(
            PoolMembers members, String old, Member added, Replacement policy) {
        Member[] both = new Member[2];
        members.update(
                change -> {
                    both[0] = change.require(old);
                    both[1] = added.inPlaceOf(both[0]);
                    change.add(both[1]);
                },
                true);
        MemberReplacement replacement = new MemberReplacement(members, both[0], both[1], policy);
        replacement.comeUp();
        return replacement.report.minimalCompletionStage();
    }

    private void comeUp() {
        if (live != null) {
            live.probing().watch(this::look);
        }
        if (live == null || !live.isProbed()) {
            warmUp();
            return;
        }
        after(Stage.COMING_UP, policy.upWithin(), this::neverUp);
        look();
    }

    /** Probes have found something new, or the new member has been removed. */
    private void look() {
        boolean gone = live != null && live.inFlight().retired();
        boolean up = live == null || live.probing().isUp();
        switch (stage()) {
            case COMING_UP -> {
                if (gone) {
                    fail(Stage.COMING_UP, "was removed before it was up");
                } else if (up) {
                    warmUp();
                }
            }
            case WARMING -> {
                if (gone) {
                    fail(Stage.WARMING, "was removed while it was warmed up");
                }
            }
            case DRAINING -> {
                if (gone || !up) {
                    String what = gone ? "was removed" : "went down";
                    takeBack(Stage.DRAINING, what + " while \"" + old.id() + "\" was drained");
                }
            }
            case OVER -> {}
        }
    }

    private void neverUp() {
        String probe = live == null
                ? ""
                : live.probing()
                        .lastProbe()
                        .map(last -> ", its last probe: " + last.detail())
                        .orElse(", it was not probed");
        takeBack(Stage.COMING_UP, "was not up within " + DurationText.of(policy.upWithin()) + probe);
    }

    private void warmUp() {
        if (!enter(Stage.COMING_UP, Stage.WARMING)) {
            return;
        }
        SlowStart slowStart = settings.slowStart();
        if (slowStart == null || live == null) {
            drainOld();
            return;
        }
        after(Stage.WARMING, slowStart.window(), this::drainOld);
        look();
    }

    private void drainOld() {
        if (live != null && !live.probing().isUp()) {
            takeBack(Stage.WARMING, "went down while it was warmed up");
        } else if (enter(Stage.WARMING, Stage.DRAINING)) {
            orFail(Stage.DRAINING, this::beginDrain);
            look();
        }
    }

    private void beginDrain() {
        members.update(change -> drains = change.drainIfSame(old), false);
        LiveMember leaves = members.live(old);
        if (leaves == null) {
            drained(new Drain.Report(old.id(), 0, 0, 0, 0, Duration.ZERO), null);
        } else {
            members.drained(leaves, policy.drain()).thenAccept(drained -> drained(drained, leaves));
        }
    }

    private void drained(Drain.Report drained, @Nullable LiveMember leaves) {
        if (leaves != null && !leaves.inFlight().retired() && !leaves.isDraining()) {
            fail(Stage.DRAINING, "is up, but \"" + old.id() + "\" was resumed while it was drained");
        } else if (members.pool().closed()) {
            fail(Stage.DRAINING, "was removed with its pool");
        } else if (enter(Stage.DRAINING, Stage.OVER)) {
            long tookNanos = settings.time().nanos() - beginNanos;
            if (orFail(Stage.OVER, () -> members.update(change -> change.removeIfSame(old), false))) {
                Replacement.Report done = new Replacement.Report(added.id(), drained, Duration.ofNanos(tookNanos));
                settings.time().handOff("replace report", () -> report.complete(done));
            }
        }
    }

    /** The old member stays and gets requests as before. If it is gone, the new one stays. */
    private void takeBack(Stage from, String why) {
        if (!enter(from, Stage.OVER)) {
            return;
        }
        Consumer<TopologyChange> undo = change -> {
            if (change.has(old)) {
                change.removeIfSame(added);
                change.resumeIf(from == Stage.DRAINING && drains, old.id());
            }
        };
        if (orFail(Stage.OVER, () -> members.update(undo, false))) {
            failed(why, null);
        }
    }

    private void fail(Stage from, String why) {
        if (enter(from, Stage.OVER)) {
            failed(why, null);
        }
    }

    private void failed(String why, @Nullable Throwable cause) {
        String stays =
                !members.has(old) ? "" : "; \"" + old.id() + "\" stays a member of pool \"" + settings.name() + "\"";
        Exception failure = new IllegalStateException("member \"" + added.id() + "\" " + why + stays, cause);
        settings.time().handOff("replace report", () -> report.completeExceptionally(failure));
    }

    /** A change fails when the pool is closed, or in the user's code, such as a strategy. */
    private boolean orFail(Stage during, Runnable change) {
        try {
            change.run();
            return true;
        } catch (RuntimeException | Error fault) {
            if (during == Stage.OVER || enter(during, Stage.OVER)) {
                failed(members.pool().closed() ? "was removed with its pool" : "could not replace it: " + fault, fault);
            }
            return false;
        }
    }

    private synchronized Stage stage() {
        return stage;
    }

    /** Goes from one stage to the next, unless the stage has changed. */
    private synchronized boolean enter(Stage from, Stage to) {
        if (stage != from) {
            return false;
        }
        timer.cancel();
        stage = to;
        if (to == Stage.OVER && live != null) {
            live.probing().watch(() -> {});
        }
        return true;
    }

    /** Does one thing later, unless the stage is over by then. It may prepare a strategy of the user. */
    private synchronized void after(Stage during, Duration time, Runnable task) {
        if (stage == during) {
            timer = settings.time().schedule(time, () -> settings.time().handOff("replace", task));
        }
    }
}
