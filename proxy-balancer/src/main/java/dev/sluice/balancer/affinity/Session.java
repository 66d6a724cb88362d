package dev.sluice.balancer.affinity;

import dev.sluice.proxy.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * The session that one request belongs to. Used by one exchange, and by one thread at a time. Its {@code toString} says
 * what was found, for the record; it never shows a cookie's or a key's value.
 */
public interface Session {
    /**
     * The id of the member that the session is bound to, one of those that the affinity was prepared for; null when it
     * is bound to none, or to one that is gone.
     */
    @Nullable
    String member();

    /**
     * Returns whether the session is bound to a member, even to one that is gone. With {@link Affinity#strict()}, a
     * request of a bound session goes to {@link #member()} or is refused.
     */
    boolean bound();

    /**
     * Binds the session to the member that was picked for an attempt. Called for each attempt, before it is made. The
     * session stays with the member once it has answered; an attempt that fails changes nothing.
     *
     * @param upstream the member's
     * @param memberId the member's id, which may differ from {@code upstream.id()}
     * @param nanos the time of the exchange's time source
     * @return the upstream for the attempt: the same one, or one with a filter that marks the response or cleans the
     *     request
     */
    Upstream bind(Upstream upstream, String memberId, long nanos);
}
