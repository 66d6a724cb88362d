package dev.sluice.balancer;

import dev.sluice.balancer.PoolView.Tier;
import dev.sluice.proxy.Attempts;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Lease;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Step;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which members one request goes to, one after the other.
 *
 * <pre>
 * start ─ pick ─> Send ─┬─ head ───> Answer
 *          ^            └─ failed ─┬─ may be sent again, and a member is left: pick
 *          └───────────────────────┘  else Fail
 * </pre>
 *
 * Used by one thread at a time; never blocks.
 */
final class PoolAttempts implements Attempts {
    private static final Tier[] TIERS = Tier.values();

    private final PoolState pool;
    private final ProxyRequest request;
    private final @Nullable MemberState[] tried;
    private int count;

    PoolAttempts(PoolState pool, ProxyRequest request) {
        this.pool = pool;
        this.request = request;
        this.tried = new MemberState[pool.settings().maxAttempts()];
    }

    @Override
    public Step start(long nanos) {
        return pool.closed() ? new Step.Fail(Outcome.SHUT_DOWN) : next(nanos, Outcome.NO_UPSTREAM);
    }

    @Override
    public Step head(Lease lease, int status, Headers headers, long nanos) {
        ((PoolLease) lease).head(nanos);
        boolean again = count < tried.length && request.idempotent() && memberIsLeft();
        return new Step.Answer(lease, again);
    }

    @Override
    public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
        String refusal = refusal(outcome, delivery, bodyKept);
        if (refusal == null) {
            return next(nanos, outcome);
        }
        int attempt = count;
        request.exchange().record().note(() -> "no attempt after " + attempt + ": " + refusal);
        return new Step.Fail(outcome);
    }

    @Override
    public Step woke(long nanos) {
        throw new IllegalStateException("a pool does not wait");
    }

    /** Why the request may not be sent again, or null (RFC 9110 §9.2.2). */
    private @Nullable String refusal(Outcome outcome, Delivery delivery, boolean bodyKept) {
        boolean notSent = delivery == Delivery.NOT_SENT;
        boolean fullOrEmpty = outcome == Outcome.OVERLOADED || outcome == Outcome.NO_UPSTREAM;
        if (!outcome.blamesUpstream() && !(notSent && fullOrEmpty)) {
            return outcome + " is not the upstream's failure";
        }
        if (!notSent && !request.idempotent()) {
            return "the upstream may have acted on the request, and " + request.method() + " is not idempotent";
        }
        if (!bodyKept) {
            return "the request's body was not kept";
        }
        if (count == tried.length) {
            return count + " attempts at most";
        }
        return memberIsLeft() ? null : "no other member is left";
    }

    private Step next(long nanos, Outcome otherwise) {
        while (true) {
            PoolView view = pool.view();
            PoolPick pick = pick(view, nanos);
            int index = pick.made();
            if (index < 0) {
                note(pick, index, 0);
                return new Step.Fail(otherwise);
            }
            MemberState member = view.topology().member(index).state();
            int inFlight = member.inFlight();
            // A member that was removed after the view was read may be closed already: then there is a newer view.
            if (member.acquire()) {
                note(pick, index, inFlight);
                tried[count++] = member;
                return new Step.Send(new PoolLease(pool, member, nanos));
            }
        }
    }

    private PoolPick pick(PoolView view, long nanos) {
        int tier = 0;
        BitSet members = view.members(TIERS[0], tried, count);
        while (members.isEmpty() && tier < TIERS.length - 1) {
            members = view.members(TIERS[++tier], tried, count);
        }
        return new PoolPick(
                request,
                view,
                TIERS[tier],
                members,
                pool.ticket(),
                nanos,
                pool.settings().random());
    }

    private void note(PoolPick pick, int index, int inFlight) {
        request.exchange().record().note(new PickDecision(pool.settings().name(), pick, tried, count, index, inFlight));
    }

    private boolean memberIsLeft() {
        return !pool.view().members(Tier.ALL, tried, count).isEmpty();
    }
}
