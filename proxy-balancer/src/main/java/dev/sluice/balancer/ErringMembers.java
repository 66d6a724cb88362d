package dev.sluice.balancer;

import dev.sluice.balancer.health.PassiveHealth;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which members are out for their server errors, and who may join them. Errors may be due to requests and not to a
 * server: to a page that fails everywhere, or to a client that asks for one on purpose. Where such requests stick to
 * members, by a cookie or a hash, one member has all the errors; when that one is out the next has them, and so they would
 * go through the pool. So while one is out, another follows only if it had as many errors before, or, up to a third of the
 * members, if it answers with nothing else.
 */
final class ErringMembers {
    private final Set<MemberState> out = new HashSet<>();
    private final Set<MemberState> erredBefore = new HashSet<>();

    /** Why a member is to be taken out that answers with server errors where its peers do not, or null; for any thread. */
    static @Nullable String errsAlone(MemberState state, PoolView view, long nanos) {
        Iterable<PassiveHealth> peers = () -> view.available().stream()
                .mapToObj(index -> view.topology().member(index).state())
                .filter(peer -> peer != state)
                .map(peer -> peer.passive)
                .iterator();
        return state.passive.errsUnlike(peers, nanos) ? state.passive.errors(nanos) : null;
    }

    /** Returns whether a member that errs unlike its peers may be taken out, and counts it as out then; within a transition. */
    boolean takeOut(MemberState state, PoolView view, long nanos) {
        out.removeIf(each -> !each.ejected || view.topology().indexOf(each) < 0);
        if (out.isEmpty()) {
            erredBefore.clear();
            view.available().stream()
                    .mapToObj(index -> view.topology().member(index).state())
                    .filter(other -> other != state && other.passive.errsAsMuchAs(state.passive, nanos))
                    .forEach(erredBefore::add);
        } else if (!erredBefore.contains(state) && !mayFollow(state, view, nanos)) {
            return false;
        }
        return out.add(state);
    }

    private boolean mayFollow(MemberState state, PoolView view, long nanos) {
        return 3 * (out.size() + 1) <= view.topology().size() && state.passive.answersOnlyErrors(nanos);
    }

    /** A member is used again; within a transition. What others have answered in its place says nothing about them. */
    void takenBack(MemberState state, PoolView view) {
        if (out.remove(state)) {
            view.available().stream()
                    .forEach(index ->
                            view.topology().member(index).state().passive.forgetAnswers());
        }
    }
}
