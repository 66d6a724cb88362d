package dev.sluice.balancer.eject;

import dev.sluice.balancer.outlier.PassiveHealth;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which members are out because of server errors, and which others may follow. Errors may come from requests and not
 * from a server: from a page that fails everywhere, or a client that asks for one on purpose. If such requests stick to
 * members, by a cookie or a hash, one member has all the errors. When it is out, the next has them, and so they would
 * go through the pool. So while one is out, another follows only if it had the same number of errors before, or, up to
 * a third of the members, if it answers with nothing else.
 *
 * <p>Guarded by the pool's transitions, except where a method says otherwise.
 */
public final class ErringMembers {
    private final Set<PassiveHealth> out = new HashSet<>();
    private final Set<PassiveHealth> erredBefore = new HashSet<>();

    /** Nobody is out. */
    public ErringMembers() {}

    /** Why a member that answers with server errors where its peers do not must go out, or null; for any thread. */
    static @Nullable String errsAlone(PassiveHealth member, Peers peers, long nanos) {
        Iterable<PassiveHealth> others = () -> {
            Iterable<PassiveHealth> all = peers.healthOfThoseInUse();
            return StreamSupport.stream(all.spliterator(), false)
                    .filter(peer -> peer != member)
                    .iterator();
        };
        return member.errsUnlike(others, nanos) ? member.errors(nanos) : null;
    }

    /** Returns whether a member that errs unlike its peers may be taken out, and counts it as out then. */
    boolean takeOut(PassiveHealth member, Peers peers, long nanos) {
        if (out.isEmpty()) {
            erredBefore.clear();
            for (PassiveHealth other : peers.healthOfThoseInUse()) {
                if (other != member && other.errsAsMuchAs(member, nanos)) {
                    erredBefore.add(other);
                }
            }
        } else if (!erredBefore.contains(member) && !mayFollow(member, peers, nanos)) {
            return false;
        }
        return out.add(member);
    }

    private boolean mayFollow(PassiveHealth member, Peers peers, long nanos) {
        return 3 * (out.size() + 1) <= peers.all() && member.answersOnlyErrors(nanos);
    }

    /** A member is used again. What others answered in its place says nothing about them. */
    void takenBack(PassiveHealth member, Peers peers) {
        if (out.remove(member)) {
            peers.healthOfThoseInUse().forEach(PassiveHealth::forgetAnswers);
        }
    }

    /** A member has left. */
    void removed(PassiveHealth member) {
        out.remove(member);
    }
}
