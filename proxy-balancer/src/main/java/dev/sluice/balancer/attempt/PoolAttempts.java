package dev.sluice.balancer.attempt;

import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import dev.sluice.balancer.outlier.Failures;
import dev.sluice.balancer.pick.MemberPicker;
import dev.sluice.balancer.pick.PoolLease;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The members that one request goes to: one after another, or beside each other.
 *
 * <pre>
 * start ─> pick ─┬─> Send ─┬─ head ───> Answer
 *            ^   │    ^    ├─ slow ───> pick another beside it
 *            │   │    │    └─ failed, or a head that is repeated ─┬─ a member is left: pick
 *            │   │    └── back-off, for a member a second time ←──┤
 *            │   └─> parked, while no member is available         └─ else Fail
 *            └── woke ─┘
 * </pre>
 *
 * Used by one thread at a time, except for {@link #mayFollow}; never blocks.
 */
public final class PoolAttempts implements Attempts {
    private final AttemptSetup pool;
    private final ProxyRequest request;
    private final RetryPolicy policy;
    private final RetryRules rules;
    private final MemberPicker picker;
    private final RetryCount count;
    /** Null until it has to wait; most requests never do. */
    private @Nullable RequestWait waiting;

    private int running;
    /** Whether it cannot wait, or not any longer, and takes any member. */
    private boolean desperate;

    private Outcome last = Outcome.NO_UPSTREAM;

    /** For a request without any attempt yet. */
    public PoolAttempts(AttemptSetup pool, ProxyRequest request, long nanos) {
        this.pool = pool;
        this.request = request;
        this.policy = pool.settings().retry();
        this.rules = new RetryRules(policy, request);
        this.picker = new MemberPicker(pool.picking(), request, nanos);
        this.count = new RetryCount(policy, pool.budget());
    }

    @Override
    public String name() {
        return "pool \"" + pool.settings().name() + "\"";
    }

    @Override
    public Step start(long nanos) {
        count.request(nanos);
        return next(nanos);
    }

    @Override
    public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
        if (!(lease instanceof PoolLease own)) {
            return new Step.Answer(lease, false);
        }
        own.head(status, nanos);
        running--;
        if (bodyKept && (rules.repeats(status, headers) || (own.isTrial() && rules.repeatsTrial(status)))) {
            hold(own, headers, nanos);
            Step again = again(!own.isTrial(), nanos);
            if (!(again instanceof Step.Fail)) {
                return again;
            }
        }
        running++;
        if (policy.statuses().contains(status) && !(rules.idempotent() && bodyKept)) {
            note("status " + status + " is not repeated: "
                    + (bodyKept ? request.method() + " is not idempotent" : "the request's body was not kept"));
        }
        // Another attempt that runs beside it could replace it too.
        boolean replaceable = count.anyLeft() || running > 1;
        return new Step.Answer(lease, bodyKept && rules.idempotent() && replaceable);
    }

    @Override
    public void passedOn(Lease lease, long nanos) {
        if (lease instanceof PoolLease own) {
            own.passedOn(nanos);
        }
    }

    @Override
    public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
        if (!(lease instanceof PoolLease own)) {
            return new Step.Fail(outcome);
        }
        running--;
        last = outcome;
        boolean repeats = delivery != Delivery.NOT_SENT;
        String refusal = rules.refusal(outcome, delivery, bodyKept);
        count.take(own, refusal == null && repeats);
        if (refusal != null) {
            note(refusal);
            return running > 0 ? new Step.Await() : new Step.Fail(outcome);
        }
        hold(own, null, nanos);
        boolean shut = !repeats && Failures.kindOf(outcome, 0) == FailureKind.CONNECT;
        boolean waits = pool.settings().parking() != null && hasTime(nanos) && !desperate;
        return shut && waits && running == 0 && !picker.anyLeft()
                ? unreachable(own, nanos)
                : again(repeats && !own.isTrial(), nanos);
    }

    @Override
    public Step slow(Lease lease, boolean bodyWhole, long nanos) {
        HedgePolicy hedge = pool.settings().hedge();
        if (lease instanceof PoolLease own) {
            own.slow(nanos);
        }
        boolean may = hedge != null
                && running < hedge.maxAttempts()
                && count.anyLeft()
                && rules.idempotent()
                && bodyWhole
                && picker.anyLeft()
                && count.counted(nanos);
        Lease second = may ? picker.pick(false, nanos) : null;
        if (second == null) {
            count.takeBack();
            return new Step.Await();
        }
        if (lease instanceof PoolLease own) {
            own.raced();
        }
        request.exchange().notes().note(() -> "hedge: the attempt before has not answered in time");
        return send(second, nanos);
    }

    @Override
    public Step woke(long nanos) {
        return next(nanos);
    }

    /** Another attempt, if there may be one. */
    private Step again(boolean repeats, long nanos) {
        String refusal = count.refusal(repeats, nanos);
        Step another = refusal == null ? another(nanos) : null;
        if (another != null) {
            return another;
        }
        count.takeBack();
        note(refusal == null ? "no other member is left" : refusal);
        return running > 0 ? new Step.Await() : new Step.Fail(last);
    }

    /** An attempt at another member, or a wait for one; null if there is none to wait for. */
    private @Nullable Step another(long nanos) {
        Lease lease = picker.pick(false, nanos);
        lease = lease == null ? lastResort(picker.nothing(), nanos) : lease;
        if (lease != null) {
            return send(lease, nanos);
        }
        if (running > 0) {
            count.takeBack();
            return new Step.Await();
        }
        // Another member that is only full is waited for, rather than the same one asked again.
        lease = picker.nothing() == Outcome.OVERLOADED ? park(Outcome.OVERLOADED, nanos) : null;
        if (lease != null) {
            return leave(send(lease, nanos));
        }
        if (isWaiting()) {
            return place().step();
        }
        long wakeNanos = picker.tried().nextNanos();
        return wakeNanos < request.exchange().deadlineNanos() ? new Step.Wait(new Signal(), wakeNanos) : null;
    }

    /** An attempt at a member that has not had the request, or else a wait for one. */
    private Step next(long nanos) {
        if (pool.state().closed()) {
            return leave(new Step.Fail(Outcome.SHUT_DOWN));
        }
        // A request that comes while others wait for a place goes to the end of the queue.
        boolean queues = !isWaiting() && pool.waiting().queued() > 0;
        Lease lease = queues ? null : find(nanos);
        Outcome why = queues ? Outcome.OVERLOADED : picker.nothing();
        lease = lease == null ? park(why, nanos) : lease;
        // The pool was closed in the meantime, and has called the waiting requests before this one was added.
        if (lease == null && pool.state().closed()) {
            return leave(new Step.Fail(Outcome.SHUT_DOWN));
        }
        if (lease == null && isWaiting()) {
            return place().step();
        }
        desperate |= lease == null;
        lease = lease == null ? lastResort(why, nanos) : lease;
        lease = lease == null ? fallback() : lease;
        if (lease == null) {
            note("no member is available: " + why + picker.whyNobody(nanos));
            return leave(new Step.Fail(count.made() > 0 ? last : why));
        }
        return leave(send(lease, nanos));
    }

    /** A member that has not had the request; if none is left, one whose back-off is over. */
    private @Nullable Lease find(long nanos) {
        Lease lease = picker.pick(mayTry(), nanos);
        boolean again = picker.nothing() != Outcome.OVERLOADED || !hasTime(nanos);
        return lease == null && again && picker.tried().forget(nanos) ? picker.pick(mayTry(), nanos) : lease;
    }

    /**
     * Returns whether it may be a trial: no well member is there, or there is one that could take the request if the
     * trial fails.
     */
    private boolean mayTry() {
        boolean none = isWaiting()
                && (place().isInLot() || pool.state().view().available().isEmpty());
        return none || standsBehind();
    }

    /**
     * Returns whether a second attempt could take the place of the first, so that it may be a trial. The pool itself
     * causes that one, so it costs nothing of the budget.
     */
    private boolean standsBehind() {
        boolean kept = request.body().length() == 0 || request.body().repeatable();
        return kept && rules.idempotent() && count.anyLeft(1) && picker.anyLeft();
    }

    private @Nullable Lease lastResort(Outcome why, long nanos) {
        boolean all = pool.settings().panic().action() == PanicPolicy.Action.USE_ALL;
        return all && why == Outcome.NO_UPSTREAM ? picker.pickLastResort(nanos) : null;
    }

    private @Nullable Lease fallback() {
        Upstream fallback = pool.settings().panic().fallback();
        if (fallback == null || count.made() > 0 || !pool.state().view().panic()) {
            return null;
        }
        note("too few members are well: the fallback answers");
        return new FallbackLease(fallback);
    }

    private Step send(Lease lease, long nanos) {
        running++;
        count.begin();
        if (!(lease instanceof PoolLease own)) {
            return new Step.Send(lease);
        }
        // A session would move to the member that is faster just now.
        boolean hedged =
                pool.settings().hedge() != null && rules.idempotent() && request.upgrade() == null && !picker.isBound();
        long hedgeNanos = hedged ? nanos + pool.hedgeDelay().nanos(own, nanos) : TimeSource.NEVER;
        long untilNanos = untilNanos(nanos);
        if (untilNanos != TimeSource.NEVER) {
            own.limit(atNanos -> mayFollow(own, atNanos));
        }
        return new Step.Send(lease, untilNanos, hedgeNanos);
    }

    /** When a try is over. If nothing can follow a try, ending it would only replace a slow answer by none. */
    private long untilNanos(long nanos) {
        Duration limit = policy.tryTimeout();
        if (limit == null
                || !rules.idempotent()
                || !count.anyLeft()
                || !pool.budget().hasRoom(nanos)) {
            return TimeSource.NEVER;
        }
        return nanos + limit.toNanos();
    }

    /**
     * The time of a try is over: returns whether another can follow, which is then counted in the budget already. If
     * there is room for one, and several tries are over at once, only one of them may end: to end the others would only
     * turn slow answers into none. On the clock's thread.
     */
    private boolean mayFollow(PoolLease lease, long nanos) {
        if (!count.anyLeft()) {
            return false;
        }
        if (lease.isTrial() || lease.isReserved()) {
            return true;
        }
        if (!count.reserve(lease, nanos)) {
            note("its time is over, but it goes on, as the retry budget is spent: " + pool.budget());
            return false;
        }
        // Whether or not the try really ends: the response may come at this moment.
        request.exchange().onEnd(outcome -> count.take(lease, false));
        return true;
    }

    /** Notes when the member may get the request again, if at all. */
    private void hold(PoolLease lease, @Nullable Headers answered, long nanos) {
        TimeSource time = pool.settings().time();
        long againNanos =
                rules.againNanos(answered, time, nanos, pool.settings().backoff());
        picker.tried().hold(lease.member(), againNanos);
    }

    /** No member can be reached: this request and later ones wait for the first that can. */
    private Step unreachable(PoolLease lease, long nanos) {
        count.leaveOut();
        place().back();
        lease.unreachable();
        picker.tried().forget(TimeSource.NEVER - 1);
        return next(nanos);
    }

    /**
     * Takes a place in a queue, or the old one again: until a member is well, or not full. A member that has just come
     * back is found here, as its return calls only requests that have a place.
     */
    private @Nullable Lease park(Outcome why, long nanos) {
        RequestWait own = place();
        boolean called = own.waits();
        if (called) {
            own.again();
        } else if (!entered(own, why, nanos)) {
            return null;
        }
        if (!own.mayWait(why, nanos)) {
            note("its time to wait is over");
            leave(new Step.Await());
            return null;
        }
        if (!called && !own.first()) {
            pool.waiting().callIfRoom();
            return null;
        }
        Lease lease = find(nanos);
        if (lease == null) {
            own.passOnIfRoom();
        }
        return lease;
    }

    private boolean entered(RequestWait own, Outcome why, long nanos) {
        String refusal = own.enter(why, nanos);
        if (refusal == null) {
            note("waits: " + why + picker.whyNobody(nanos));
        } else if (!refusal.isEmpty()) {
            note(refusal);
        }
        return refusal == null;
    }

    private boolean isWaiting() {
        return waiting != null && waiting.waits();
    }

    /** Returns whether it may go on waiting; true before it has waited. */
    private boolean hasTime(long nanos) {
        return waiting == null || waiting.hasTime(nanos);
    }

    private RequestWait place() {
        RequestWait own = waiting;
        if (own == null) {
            own = new RequestWait(pool.waiting(), pool.settings(), request);
            waiting = own;
        }
        return own;
    }

    /** Gives the place in the queue back. */
    private Step leave(Step step) {
        if (step instanceof Step.Fail) {
            count.takeBack();
        }
        if (waiting != null) {
            waiting.leave(step instanceof Step.Send);
        }
        return step;
    }

    private void note(String what) {
        int attempt = count.made();
        request.exchange().notes().note(() -> "after attempt " + attempt + ": " + what);
    }
}
