package dev.sluice.balancer.pick;

import dev.sluice.balancer.topology.LiveMember;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The members that have already failed one request: several attempts of one request count once at a member's breaker,
 * otherwise a single request could open it in a pool of one. Safe for use by many threads.
 */
final class Blamed {
    private final Set<LiveMember> members = ConcurrentHashMap.newKeySet(2);

    /** Returns whether the member fails this request for the first time. */
    boolean first(LiveMember member) {
        return members.add(member);
    }
}
