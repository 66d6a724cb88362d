package dev.sluice.balancer;

import dev.sluice.balancer.PoolEvent.Kind;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.drain.DrainPolicy;
import dev.sluice.balancer.drain.DrainReport;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, without a thread, until a member that gets no new requests has none left, or the time is over. Ends at once
 * when the member is removed, or gets requests again. Safe for use by many threads.
 */
final class MemberDrain {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final PoolState pool;
    private final MemberState member;
    private final CompletableFuture<DrainReport> report = new CompletableFuture<>();
    private final Runnable onIdle = this::look;
    private final long beginNanos;
    private final int round;
    private final long requestsBefore;
    private final int inFlightBefore;
    private TimeSource.Scheduled timeout = () -> {};
    private TimeSource.Scheduled again = () -> {};
    private boolean over;

    private MemberDrain(PoolState pool, MemberState member) {
        this.pool = pool;
        this.member = member;
        this.beginNanos = pool.settings().time().nanos();
        this.round = member.drainRound();
        this.requestsBefore = member.requests();
        this.inFlightBefore = member.inFlight();
    }

    /** Begins to wait for a member that is marked as draining. */
    static CompletionStage<DrainReport> begin(PoolState pool, MemberState member, DrainPolicy policy) {
        MemberDrain drain = new MemberDrain(pool, member);
        drain.timeout = pool.settings()
                .time()
                .schedule(policy.timeout(), () -> pool.handOff("drain", () -> drain.end(policy.cut())));
        member.drains.add(drain.onIdle);
        drain.look();
        return drain.report.minimalCompletionStage();
    }

    private void look() {
        if (!current() || member.retired()) {
            end(false);
        } else if (member.inFlight() == 0) {
            if (sessions() == 0) {
                end(false);
            } else {
                lookAgain();
            }
        }
    }

    /** Sessions end by themselves, and nobody says so. */
    private synchronized void lookAgain() {
        if (!over) {
            again.cancel();
            again = pool.settings().time().schedule(LOOK_AGAIN, () -> pool.handOff("drain", this::look));
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
        member.drains.remove(onIdle);
        DrainReport ended = finish(cut && current());
        pool.transition(() -> {
            if (current() && pool.view().topology().indexOf(member) >= 0) {
                member.drained = true;
                pool.swap();
                pool.post(Kind.DRAINED, ended.member(), ended.toString());
            }
            return null;
        });
        pool.handOff("drain report", () -> report.complete(ended));
    }

    /** Whether the member has not been resumed since, and perhaps drained again. */
    private boolean current() {
        return member.draining && member.drainRound() == round;
    }

    private DrainReport finish(boolean cut) {
        // What is broken off may end at once, or later: it is not among those that came to their end.
        long finished = member.requests() - requestsBefore + inFlightBefore - member.inFlight();
        int forced = 0;
        if (cut) {
            List<PoolLease> left = member.running().all();
            forced = left.size();
            left.forEach(PoolLease::cut);
        }
        Duration took = Duration.ofNanos(pool.settings().time().nanos() - beginNanos);
        return new DrainReport(
                member.upstream().id(), Math.max(0, finished), member.inFlight(), forced, sessions(), took);
    }

    private int sessions() {
        Affinity affinity = pool.view().topology().affinity();
        if (affinity == null) {
            return 0;
        }
        try {
            return affinity.sessions(
                    member.upstream().id(), pool.settings().time().nanos());
        } catch (RuntimeException fault) {
            // This may be the end of any attempt, which must be counted whatever an affinity of the user's throws.
            LOG.error("affinity {} could not count the sessions", affinity, fault);
            return 0;
        }
    }
}
