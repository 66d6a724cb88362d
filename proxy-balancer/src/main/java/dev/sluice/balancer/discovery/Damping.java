package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides from answer to answer which members are in use. One that is found is in use at once, with its newest values.
 * One that is missing stays until it has been missing from all answers of a hold-down, like {@code hold obsolete} in
 * HAProxy. Each time it comes back, its next hold-down is twice as long, up to a maximum. Once it has stayed for that
 * maximum, the first hold-down applies again. This is the idea of RFC 2439, route flap damping, reversed: here the
 * removal is delayed.
 *
 * <p>An answer that is too small to be believed can add members, but removes none.
 *
 * <p>Plain transitions on (answer, time). Not for several threads.
 */
final class Damping {
    private final DampingPolicy policy;

    /** By id, in the order in which they were first found; recently removed ones are remembered. */
    private final Map<String, Tracked> tracked = new LinkedHashMap<>();

    Damping(DampingPolicy policy) {
        this.policy = policy;
    }

    /** Counts an answer; ids are unique in it. */
    Decision answer(List<Member> found, long nowNanos) {
        String doubt = doubt(found.size());
        Set<String> ids = new HashSet<>();
        for (Member member : found) {
            ids.add(member.id());
            tracked.computeIfAbsent(member.id(), id -> new Tracked(member, nowNanos))
                    .found(member, nowNanos, policy);
        }
        if (doubt == null) {
            dropMissing(ids, nowNanos);
        }
        return decision(ids, doubt);
    }

    /** Why the answer is not believed, or null. */
    private @Nullable String doubt(int found) {
        if (found == 0 && !policy.allowEmpty()) {
            return "no members were found";
        }
        long before = tracked.values().stream()
                .filter(member -> member.missingSinceNanos == TimeSource.NEVER)
                .count();
        return found < policy.minShare() * before ? "found only " + found + " of " + before + " members" : null;
    }

    private void dropMissing(Set<String> ids, long nowNanos) {
        Iterator<Tracked> all = tracked.values().iterator();
        while (all.hasNext()) {
            Tracked member = all.next();
            if (!ids.contains(member.config.id()) && member.missing(nowNanos, policy)) {
                all.remove();
            }
        }
    }

    private Decision decision(Set<String> ids, @Nullable String doubt) {
        List<Member> members = new ArrayList<>();
        List<String> held = new ArrayList<>();
        long dueNanos = TimeSource.NEVER;
        for (Tracked member : tracked.values()) {
            if (member.inUse) {
                members.add(member.config);
                if (!ids.contains(member.config.id())) {
                    held.add(member.config.id());
                    dueNanos = Math.min(dueNanos, member.dueNanos(policy));
                }
            }
        }
        return new Decision(members, held, doubt, doubt == null ? dueNanos : TimeSource.NEVER);
    }

    /**
     * What is in use now.
     *
     * @param members in the order in which they were first found
     * @param held the ids of those that are in use though the answer lacks them
     * @param doubt why the answer was not believed, or null
     * @param dueNanos when an answer may remove the next one; NEVER if none is held
     */
    record Decision(
            List<Member> members,
            List<String> held,
            @Nullable String doubt,
            long dueNanos) {
        Decision {
            members = List.copyOf(members);
            held = List.copyOf(held);
        }
    }

    private static final class Tracked {
        private Member config;
        private boolean inUse = true;
        private long foundSinceNanos;
        private long missingSinceNanos = TimeSource.NEVER;
        private int flaps;

        private Tracked(Member config, long nowNanos) {
            this.config = config;
            this.foundSinceNanos = nowNanos;
        }

        private void found(Member newest, long nowNanos, DampingPolicy policy) {
            config = newest;
            if (missingSinceNanos != TimeSource.NEVER) {
                flaps++;
                missingSinceNanos = TimeSource.NEVER;
                foundSinceNanos = nowNanos;
                inUse = true;
            } else if (nowNanos - foundSinceNanos >= policy.mostHoldNanos()) {
                flaps = 0;
            }
        }

        /** Returns whether it can be forgotten. */
        private boolean missing(long nowNanos, DampingPolicy policy) {
            if (missingSinceNanos == TimeSource.NEVER) {
                missingSinceNanos = nowNanos;
            }
            long beyondNanos = nowNanos - missingSinceNanos - holdNanos(policy);
            inUse = beyondNanos < 0;
            return beyondNanos >= policy.mostHoldNanos();
        }

        private long dueNanos(DampingPolicy policy) {
            long hold = holdNanos(policy);
            return hold >= TimeSource.NEVER - missingSinceNanos ? TimeSource.NEVER : missingSinceNanos + hold;
        }

        private long holdNanos(DampingPolicy policy) {
            return Nanos.doubled(policy.holdNanos(), flaps, policy.mostHoldNanos());
        }
    }
}
