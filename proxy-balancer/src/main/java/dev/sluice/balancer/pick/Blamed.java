package dev.sluice.balancer.pick;

import dev.sluice.balancer.topology.LiveMember;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The members that have failed one request already: several attempts of one request count once at a member's breaker,
 * or a pool of one would open it at a single request. Safe for use by many threads.
 */
final class Blamed {
    private final Set<LiveMember> members = ConcurrentHashMap.newKeySet(2);

    /** Returns whether the member fails this request for the first time. */
    boolean first(LiveMember member) {
        return members.add(member);
    }
}
