package dev.sluice.balancer.affinity;

import dev.sluice.proxy.ProxyRequest;
import java.util.Collection;
import java.util.Set;

/**
 * How the session of a request is found, and which member it is bound to: one class for each kind of affinity. The methods are
 * those of {@link Affinity}. Safe for use by many threads.
 */
interface Sessions {
    /** These, prepared for members with these ids; what is remembered is shared. */
    Sessions over(Collection<String> ids);

    /** What a request says about its session. */
    Session session(ProxyRequest request, long nanos);

    /** How many are bound to a member. */
    int count(String memberId, long nanos);

    /** The ids of the members that these were prepared for. */
    Set<String> members();
}
