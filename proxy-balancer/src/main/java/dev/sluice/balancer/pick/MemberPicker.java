package dev.sluice.balancer.pick;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.affinity.Session;
import dev.sluice.balancer.eject.Ejection;
import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.PoolView;
import dev.sluice.balancer.topology.Tiers;
import dev.sluice.balancer.topology.TopologyMember;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds members for the attempts of one request: the one that its session is bound to, one on trial, or the one that
 * the strategy picks from the tiers. For one thread at a time; never blocks.
 */
public final class MemberPicker {
    private final Picking pool;
    private final ProxyRequest request;
    private final @Nullable Session session;
    private final boolean strict;
    private final Tried tried = new Tried();
    private final @Nullable Blamed blamed;
    private Outcome nothing = Outcome.NO_UPSTREAM;

    /** For a request without any attempt yet. */
    public MemberPicker(Picking pool, ProxyRequest request, long nanos) {
        this.pool = pool;
        this.request = request;
        Affinity affinity = pool.view().topology().affinity();
        this.session = affinity == null ? null : affinity.session(request, nanos);
        this.blamed = pool.settings().breaker() == null ? null : new Blamed();
        this.strict = affinity != null && affinity.strict() && session != null && session.bound();
    }

    /** The members that have had the request. */
    public Tried tried() {
        return tried;
    }

    /** Why the latest pick found nothing: OVERLOADED if all that could be picked are full, otherwise NO_UPSTREAM. */
    public Outcome nothing() {
        return nothing;
    }

    /**
     * A member that is well, or null.
     *
     * @param forTrial whether a second attempt protects this one, so that it may go to a member on trial
     */
    public @Nullable PoolLease pick(boolean forTrial, long nanos) {
        nothing = Outcome.NO_UPSTREAM;
        PoolLease found = null;
        PoolView view = pool.view();
        for (boolean settled = false; found == null && !settled; ) {
            found = bound(view, nanos);
            if (found == null && !strict) {
                found = trial(view, forTrial, nanos);
                found = found == null ? byTier(view, nanos) : found;
            }
            // A member that was removed after the view was read may be closed already: then there is a newer view.
            settled = view == pool.view();
            view = pool.view();
        }
        return found;
    }

    /**
     * A member for a request if none that is well is left, or null: the ejected ones first, then even those that are
     * down.
     */
    public @Nullable PoolLease pickLastResort(long nanos) {
        if (strict) {
            return null;
        }
        PoolView view = pool.view();
        PoolLease found = byStrategy(view, view.up(), PickDecision.LAST_UP, nanos);
        return found == null ? byStrategy(view, view.inRotation(), PickDecision.LAST_ALL, nanos) : found;
    }

    /** Returns whether the request's session has a member. */
    public boolean isBound() {
        return session != null && session.member() != null;
    }

    /** Returns whether a member is left that is well and has not had the request. */
    public boolean anyLeft() {
        PoolView view = pool.view();
        return !tried.left(view.topology(), view.available()).isEmpty();
    }

    /** Why each member is not picked, for a record: of the first ten. */
    public String whyNobody(long nanos) {
        return WhyNobody.text(pool.view(), tried, nanos);
    }

    private @Nullable PoolLease bound(PoolView view, long nanos) {
        int index = boundIndex(view);
        if (index < 0 || view.down(index) || view.ejected(index) || view.drained(index)) {
            return null;
        }
        LiveMember member = view.topology().member(index).live();
        return tried.contains(member) || member.isOpen(nanos)
                ? null
                : acquire(view, index, PickDecision.SESSION, null, nanos);
    }

    private int boundIndex(PoolView view) {
        String id = session == null ? null : session.member();
        TopologyMember member = id == null ? null : view.topology().member(id);
        return member == null ? -1 : member.index();
    }

    private @Nullable PoolLease trial(PoolView view, boolean safe, long nanos) {
        BitSet trials = view.trials();
        if (trials.isEmpty()) {
            return null;
        }
        for (int i = trials.nextSetBit(0); i >= 0; i = trials.nextSetBit(i + 1)) {
            LiveMember member = view.topology().member(i).live();
            boolean may = member.ejection().wantsTrial(safe) && !tried.contains(member);
            PoolLease lease = may ? acquire(view, i, PickDecision.TRIAL, null, nanos) : null;
            if (lease != null) {
                return lease;
            }
        }
        return null;
    }

    private @Nullable PoolLease byTier(PoolView view, long nanos) {
        Tiers tiers = view.tiers();
        int chosen = tiers.count() == 0 ? -1 : tiers.choose(pool.settings().random());
        PoolLease lease = chosen < 0 ? null : byStrategy(view, tiers.members(chosen), chosen, nanos);
        for (int i = 0; lease == null && i < tiers.count(); i++) {
            lease = i == chosen ? null : byStrategy(view, tiers.members(i), i, nanos);
        }
        return lease;
    }

    private @Nullable PoolLease byStrategy(PoolView view, BitSet members, int from, long nanos) {
        BitSet left = tried.left(view.topology(), members);
        while (!left.isEmpty()) {
            PoolPick pick = new PoolPick(pool, request, view.topology(), left, nanos);
            int index = pick.made();
            if (index < 0) {
                nothing = pick.full() != null ? Outcome.OVERLOADED : nothing;
                return null;
            }
            PoolLease lease = acquire(view, index, from, pick, nanos);
            if (lease != null) {
                return lease;
            }
            // Another request took the last place or the breaker's trial, so this one picks among the remaining
            // members.
            left = (BitSet) left.clone();
            left.clear(index);
        }
        return null;
    }

    private @Nullable PoolLease acquire(PoolView view, int index, int from, @Nullable PoolPick pick, long nanos) {
        TopologyMember place = view.topology().member(index);
        LiveMember member = place.live();
        int inFlight = member.inFlight().count();
        if (!member.acquire()) {
            nothing = member.isFull() ? Outcome.OVERLOADED : nothing;
            return null;
        }
        long trial = member.ejection().claimTrial();
        boolean missed = from == PickDecision.TRIAL && trial == Ejection.NO_TRIAL;
        if (missed || !member.permits(nanos)) {
            member.ejection().releaseTrial(trial);
            member.giveBack();
            pool.callIfRoom();
            return null;
        }
        member.inFlight().used();
        request.exchange()
                .notes()
                .note(new PickDecision(pool.settings().name(), view, from, pick, tried, index, inFlight));
        tried.add(member);
        return lease(place, inFlight, trial, nanos);
    }

    private PoolLease lease(TopologyMember place, int inFlight, long trial, long nanos) {
        Upstream own = place.live().upstream();
        Upstream upstream;
        try {
            upstream = session == null ? own : session.bind(own, own.id(), nanos);
        } catch (RuntimeException | Error fault) {
            // What an affinity of the user's throws must not leave the attempt counted in.
            new PoolLease(place, own, nanos, inFlight, trial, blamed).end(Outcome.ABANDONED, nanos);
            throw fault;
        }
        PoolLease lease = new PoolLease(place, upstream, nanos, inFlight, trial, blamed);
        place.live().listener().given(lease);
        return lease;
    }
}
