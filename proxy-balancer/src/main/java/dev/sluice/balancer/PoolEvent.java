package dev.sluice.balancer;

import java.time.Instant;

/**
 * Something about a member of a pool has changed.
 *
 * @param kind what has changed
 * @param member the member's id
 * @param reason why, in words for a person
 * @param at when, on the wall clock of the pool's time source
 */
public record PoolEvent(Kind kind, String member, String reason, Instant at) {
    /** What can change. More kinds may come: have a default. */
    public enum Kind {
        /** It is a member now. */
        ADDED,
        /** It is a member no more; attempts that it has go on to their end. */
        REMOVED,
        /** It has another weight. */
        REWEIGHTED,
        /** Probes pass again. */
        UP,
        /** Probes fail: it is used only when no other is left. */
        DOWN,
        /** Requests failed: it is out for a while, and used only when no other is left. */
        EJECTED,
        /** It was ejected and is back. */
        REINSTATED
    }
}
