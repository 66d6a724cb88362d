package dev.sluice.balancer;

import java.time.Instant;

/**
 * Something about a pool or one of its members has changed.
 *
 * @param kind what has changed
 * @param member the member's id; empty for what concerns the whole pool
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
        /** It has another weight, priority or tags. */
        CHANGED,
        /** Probes pass: for the first time, or again. */
        UP,
        /** Probes fail: it is used only when no other is left. */
        DOWN,
        /** Requests failed: it is out for a while, and used only when no other is left. */
        EJECTED,
        /** Its time out is over, and one request is to tell whether it is well. */
        ON_TRIAL,
        /** It was ejected and is back. */
        REINSTATED,
        /** It gets no new requests, and is waited for. */
        DRAINING,
        /** Its drain has ended. */
        DRAINED,
        /** It gets new requests again after a drain. */
        RESUMED,
        /** Its slow start is over: it has its whole weight. */
        WARM,
        /** Its breaker does not let requests through. */
        BREAKER_OPEN,
        /** Its breaker lets trials through. */
        BREAKER_HALF_OPEN,
        /** Its breaker lets requests through again. */
        BREAKER_CLOSED,
        /** Too few members are well: the pool's panic policy is in force. */
        PANIC,
        /** Enough members are well again. */
        CALM
    }
}
