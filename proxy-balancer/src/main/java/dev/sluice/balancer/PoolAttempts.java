package dev.sluice.balancer;

import dev.sluice.balancer.health.FailureKind;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.proxy.Attempts;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Lease;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Step;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which members one request goes to: one after the other, or beside each other.
 *
 * <pre>
 * start ─> pick ─┬─> Send ─┬─ head ───> Answer
 *            ^   │    ^    ├─ slow ───> pick another beside it
 *            │   │    │    └─ failed, or a head that is repeated ─┬─ a member is left: pick
 *            │   │    └── back-off, for a member a second time <──┤
 *            │   └─> parked, while no member is available         └─ else Fail
 *            └── woke ─┘
 * </pre>
 *
 * Used by one thread at a time, but for {@link #mayFollow}; never blocks.
 */
final class PoolAttempts implements Attempts {
    private final PoolState pool;
    private final ProxyRequest request;
    private final RetryPolicy policy;
    private final RetryRules rules;
    private final MemberPicker picker;
    private final RetryCount count;
    private int running;
    private ParkingLot.@Nullable Place place;
    /** The place that it has left for a member. */
    private ParkingLot.@Nullable Place former;

    /** The last place that it took, given back at the latest by the exchange's end, on whichever thread that is. */
    private volatile ParkingLot.@Nullable Place taken;

    private long waitUntilNanos = TimeSource.NEVER;
    /** Whether it could not wait, or not any more, and takes what there is. */
    private boolean desperate;

    private Outcome last = Outcome.NO_UPSTREAM;

    PoolAttempts(PoolState pool, ProxyRequest request, long nanos) {
        this.pool = pool;
        this.request = request;
        this.policy = pool.settings().retry();
        this.rules = new RetryRules(policy, request);
        this.count = new RetryCount(policy, pool.budget());
        this.picker = new MemberPicker(pool, request, nanos);
    }

    @Override
    public String name() {
        return "pool \"" + pool.settings().name() + "\"";
    }

    @Override
    public Step start(long nanos) {
        pool.budget().request(nanos);
        return next(nanos);
    }

    @Override
    public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
        if (!(lease instanceof PoolLease own)) {
            return new Step.Answer(lease, false);
        }
        own.head(status, nanos);
        running--;
        if (bodyKept && (rules.repeats(status) || (own.trial() && rules.repeatsTrial(status)))) {
            hold(own, headers, nanos);
            Step again = again(!own.trial(), nanos);
            if (!(again instanceof Step.Fail)) {
                return again;
            }
        }
        running++;
        if (policy.repeats(status) && !(rules.idempotent() && bodyKept)) {
            note("status " + status + " is not repeated: "
                    + (bodyKept ? request.method() + " is not idempotent" : "the request's body was not kept"));
        }
        // Another that runs beside it could take its place too.
        boolean replaceable = count.anyLeft() || running > 1;
        return new Step.Answer(lease, bodyKept && rules.idempotent() && replaceable);
    }

    @Override
    public void passedOn(Lease lease, long nanos) {
        if (lease instanceof PoolLease own) {
            pool.passedOn(own, nanos);
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
        boolean shut = !repeats && FailureKind.of(outcome, 0) == FailureKind.CONNECT;
        boolean waits = pool.settings().parking() != null && nanos < waitUntilNanos && !desperate;
        return shut && waits && running == 0 && !picker.anyLeft()
                ? unreachable(own, nanos)
                : again(repeats && !own.trial(), nanos);
    }

    @Override
    public Step slow(Lease lease, boolean bodyWhole, long nanos) {
        HedgePolicy hedge = pool.settings().hedge();
        if (lease instanceof PoolLease own && own.isPatient() && own.status() == 0) {
            pool.health().silent(own, nanos);
        }
        boolean may = hedge != null
                && running < hedge.attempts()
                && count.anyLeft()
                && rules.idempotent()
                && bodyWhole
                && picker.anyLeft()
                && count.inBudget(nanos);
        Lease second = may ? picker.pick(false, nanos) : null;
        if (second == null) {
            count.takeBack();
            return new Step.Await();
        }
        if (lease instanceof PoolLease own) {
            own.raced();
        }
        request.exchange().record().note(() -> "hedge: the attempt before has not answered in time");
        return send(second, nanos);
    }

    @Override
    public Step woke(long nanos) {
        return next(nanos);
    }

    /** Another attempt, if there may be one. */
    private Step again(boolean repeats, long nanos) {
        String refusal = count.refusal(repeats, nanos);
        if (refusal == null) {
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
            if (lease != null || place != null) {
                return lease == null ? waiting() : leave(send(lease, nanos));
            }
            long wakeNanos = picker.tried().nextNanos();
            if (wakeNanos < request.exchange().deadlineNanos()) {
                return new Step.Wait(new Signal(), wakeNanos);
            }
            refusal = "no other member is left";
        }
        count.takeBack();
        note(refusal);
        return running > 0 ? new Step.Await() : new Step.Fail(last);
    }

    /**
     * The time of a try is over: tells whether another could follow, which is counted in the budget already. To end
     * several for which there is room for one would only turn slow answers into none. On the clock's thread.
     */
    boolean mayFollow(PoolLease lease, long nanos) {
        if (!count.anyLeft()) {
            return false;
        }
        if (lease.trial() || lease.reserved()) {
            return true;
        }
        if (!count.reserve(lease, nanos)) {
            note("its time is over, and it goes on, for the retry budget is spent: " + pool.budget());
            return false;
        }
        // Whatever becomes of it: the response may come in this very moment.
        request.exchange().onEnd(outcome -> count.take(lease, false));
        return true;
    }

    /** An attempt at a member that the request has not been to, or else a wait for one. */
    private Step next(long nanos) {
        if (pool.closed()) {
            return leave(new Step.Fail(Outcome.SHUT_DOWN));
        }
        // Who comes while others wait for a place goes to the end of the queue.
        boolean queues = place == null && pool.line().size() > 0;
        Lease lease = queues ? null : find(nanos);
        Outcome why = queues ? Outcome.OVERLOADED : picker.nothing();
        lease = lease == null ? park(why, nanos) : lease;
        // Closed in the meantime: those who wait have been called before this one was there.
        if (lease == null && pool.closed()) {
            return leave(new Step.Fail(Outcome.SHUT_DOWN));
        }
        if (lease == null && place != null) {
            return waiting();
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

    /** A member that it has not been to; where none is left, one whose back-off is over. */
    private @Nullable Lease find(long nanos) {
        Lease lease = picker.pick(mayTry(), nanos);
        boolean again = picker.nothing() != Outcome.OVERLOADED || nanos >= waitUntilNanos;
        return lease == null && again && picker.tried().forget(nanos) ? picker.pick(mayTry(), nanos) : lease;
    }

    /**
     * Tells whether it may be a trial: no well member is there, or one that could take it after the trial has failed.
     */
    private boolean mayTry() {
        boolean none = place != null
                && (place.queue() == pool.lot() || pool.view().available().isEmpty());
        return none || standsBehind();
    }

    /**
     * Tells whether a second attempt could take the place of the first, so that it may be a trial. That one is the
     * pool's own doing, so it costs nothing of the budget.
     */
    private boolean standsBehind() {
        boolean kept = request.body().length() == 0 || request.body().repeatable();
        return kept && rules.idempotent() && count.made() + 1 < policy.attempts() && picker.anyLeft();
    }

    private @Nullable Lease lastResort(Outcome why, long nanos) {
        boolean all = pool.settings().panic().action() == PanicPolicy.Action.USE_ALL;
        return all && why == Outcome.NO_UPSTREAM ? picker.pickLastResort(nanos) : null;
    }

    private @Nullable Lease fallback() {
        Upstream fallback = pool.settings().panic().fallback();
        if (fallback == null || count.made() > 0 || !pool.view().panic()) {
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
        long untilNanos = untilNanos(nanos);
        if (untilNanos != TimeSource.NEVER) {
            own.limited(this);
        }
        return new Step.Send(lease, untilNanos, hedged ? nanos + slowAfterNanos(own, nanos) : TimeSource.NEVER);
    }

    /** When a try is over. To end one that nothing can follow would only turn a slow answer into none. */
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

    /** A trial, or an attempt at a member that may be silent, is given longer: losing to another would tell nothing. */
    private long slowAfterNanos(PoolLease lease, long nanos) {
        long delayNanos = pool.hedgeDelayNanos(nanos);
        if (!lease.trial() && !lease.member().silence.suspected(nanos)) {
            return delayNanos;
        }
        lease.patient();
        return Silence.patienceNanos(delayNanos);
    }

    /** Says when the member may get the request again, if it is to get it at all. */
    private void hold(PoolLease lease, @Nullable Headers answered, long nanos) {
        TimeSource time = pool.settings().time();
        long againNanos = rules.againNanos(
                answered, time, nanos, policy.backoff(pool.settings().random()));
        picker.tried().hold(lease.member(), againNanos);
    }

    /** No member can be reached: the request waits for the first that can, and so do those that come after it. */
    private Step unreachable(PoolLease lease, long nanos) {
        count.leaveOut();
        if (former != null) {
            former.back();
            take(former);
        }
        pool.health().unreachable(lease.member());
        picker.tried().forget(TimeSource.NEVER - 1);
        return next(nanos);
    }

    /**
     * Takes a place in a queue, or the old one again: until a member is well, or not full. A member that has come back
     * just before is found here, for whoever brings one back calls only those that have a place.
     */
    private @Nullable Lease park(Outcome why, long nanos) {
        ParkingLot.Place own = place;
        boolean called = own != null;
        if (own == null) {
            own = enter(why);
            if (own == null) {
                return null;
            }
            waitUntilNanos = waitUntilNanos(why, nanos);
            take(own);
            note("waits: " + why + picker.whyNobody(nanos));
        } else {
            own.again();
        }
        if (nanos >= waitUntilNanos || !waitsFor(why)) {
            note("has waited for as long as it may");
            leave(new Step.Await());
            return null;
        }
        if (!called && !own.first()) {
            pool.callIfRoom();
            return null;
        }
        Lease lease = find(nanos);
        if (lease == null && pool.hasRoom(own.queue())) {
            own.passOn();
        }
        return lease;
    }

    /** A place, unless the queue is full, or those who wait for this pool would leave too little to other routes. */
    private ParkingLot.@Nullable Place enter(Outcome why) {
        ParkingLot queue = why == Outcome.OVERLOADED ? pool.line() : pool.lot();
        int most = Limits.mostWaiting(request.exchange());
        int elsewhere = (queue == pool.lot() ? pool.line() : pool.lot()).size();
        ParkingLot.Place entered = queue.enter(most - elsewhere);
        if (entered == null && queue.size() + elsewhere >= most) {
            note("does not wait: " + most + " requests wait for pool "
                    + pool.settings().name() + ", its share of limit exchanges");
        }
        return entered;
    }

    /** Those in line for a full member wait for one that is not well only if those wait who come then. */
    private boolean waitsFor(Outcome why) {
        return why == Outcome.OVERLOADED || pool.settings().parking() != null;
    }

    /** One hook does for all the places of a request, which may be sent away often and wait again. */
    private void take(ParkingLot.Place next) {
        boolean first = taken == null;
        place = next;
        taken = next;
        if (first) {
            request.exchange().onEnd(outcome -> leaveTaken());
        } else if (request.exchange().outcome() != null) {
            leaveTaken();
        }
    }

    private void leaveTaken() {
        ParkingLot.Place last = taken;
        if (last != null) {
            last.leave(false);
        }
    }

    private Step waiting() {
        return new Step.Wait(Objects.requireNonNull(place).signal(), waitUntilNanos);
    }

    /** A request waits in all no longer than it may for one reason. */
    private long waitUntilNanos(Outcome why, long nanos) {
        if (waitUntilNanos != TimeSource.NEVER) {
            return waitUntilNanos;
        }
        Parking parking = pool.settings().parking();
        MemberLimit limit = pool.settings().limit();
        Duration atMost = why != Outcome.OVERLOADED && parking != null
                ? parking.maxWait()
                : limit == null ? Duration.ZERO : limit.maxWait();
        return nanos + atMost.toNanos();
    }

    /** Gives the place in the queue back. */
    private Step leave(Step step) {
        ParkingLot.Place left = place;
        if (step instanceof Step.Fail) {
            count.takeBack();
        }
        if (left != null) {
            place = null;
            former = left;
            left.leave(step instanceof Step.Send);
            pool.callIfRoom();
        }
        return step;
    }

    private void note(String what) {
        int attempt = count.made();
        request.exchange().record().note(() -> "after attempt " + attempt + ": " + what);
    }
}
