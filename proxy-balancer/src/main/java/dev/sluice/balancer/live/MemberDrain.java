package dev.sluice.balancer.live;

import dev.sluice.balancer.drain.Drain;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;

/**
 * Waits, without a thread, until a member that gets no new requests has none left, or the time is over. Ends at once
 * when the member is removed, or gets requests again. Safe for use by many threads.
 */
public final class MemberDrain {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final Parts member;
    private final Transitions transitions;
    private final TimeSource time;
    private final IntSupplier sessions;
    private final CompletableFuture<Drain.Report> report = new CompletableFuture<>();
    private final Runnable onIdle = this::look;
    private final long beginNanos;
    private final int round;
    private final long requestsBefore;
    private final int inFlightBefore;
    private TimeSource.Scheduled timeout = () -> {};
    private TimeSource.Scheduled again = () -> {};
    private boolean over;

    private MemberDrain(Parts member, Transitions transitions, TimeSource time, IntSupplier sessions) {
        this.member = member;
        this.transitions = transitions;
        this.time = time;
        this.sessions = sessions;
        this.beginNanos = time.nanos();
        this.round = member.draining.round();
        this.requestsBefore = member.results.requests();
        this.inFlightBefore = member.inFlight.count();
    }

    /** The parts of a member that a drain uses. */
    public record Parts(String id, Draining draining, InFlight inFlight, Results results, RunningAttempts running) {}

    /**
     * Begins to wait for a member that is marked as draining.
     *
     * @param sessions counts those that are bound to it
     */
    public static CompletionStage<Drain.Report> begin(
            Parts member, Drain policy, Transitions transitions, TimeSource time, IntSupplier sessions) {
        MemberDrain drain = new MemberDrain(member, transitions, time, sessions);
        drain.timeout = time.schedule(policy.timeout(), () -> time.handOff("drain", () -> drain.end(policy.cut())));
        member.draining.watch(drain.onIdle);
        drain.look();
        return drain.report.minimalCompletionStage();
    }

    private void look() {
        if (!current() || member.inFlight.retired()) {
            end(false);
        } else if (member.inFlight.count() == 0) {
            if (sessions.getAsInt() == 0) {
                end(false);
            } else {
                lookAgain();
            }
        }
    }

    /** Sessions end by themselves, without notice. */
    private synchronized void lookAgain() {
        if (!over) {
            again.cancel();
            again = time.schedule(LOOK_AGAIN, () -> time.handOff("drain", this::look));
        }
    }

    private void end(boolean cut) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            timeout.cancel();
            again.cancel();
        }
        member.draining.unwatch(onIdle);
        Drain.Report ended = finish(cut && current());
        transitions.run(() -> {
            if (member.draining.drained(round, ended.toString())) {
                transitions.changed();
            }
        });
        time.handOff("drain report", () -> report.complete(ended));
    }

    /** Whether the member has not been resumed since, and perhaps drained again. */
    private boolean current() {
        return member.draining.isIn(round);
    }

    private Drain.Report finish(boolean cut) {
        // A cut request may end at once or later: it does not count as finished.
        long finished = member.results.requests() - requestsBefore + inFlightBefore - member.inFlight.count();
        int forced = cut ? member.running.cut() : 0;
        Duration took = Duration.ofNanos(time.nanos() - beginNanos);
        return new Drain.Report(
                member.id, Math.max(0, finished), member.inFlight.count(), forced, sessions.getAsInt(), took);
    }
}
