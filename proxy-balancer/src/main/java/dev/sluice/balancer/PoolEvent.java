package dev.sluice.balancer;

import java.time.Instant;

/**
 * Something about a pool or one of its members has changed.
 *
 * @param kind what has changed
 * @param member the member's id; empty for an event of the whole pool
 * @param reason why, in words for a person
 * @param at when, on the wall clock of the pool's time source
 */
public record PoolEvent(Kind kind, String member, String reason, Instant at) {
    /** What can change. Later versions may add kinds, so a {@code switch} needs a default. */
    public enum Kind {
        /** It is a member now. */
        ADDED,
        /** It is no longer a member; its attempts go on to their end. */
        REMOVED,
        /** It has another weight, priority or tags. */
        CHANGED,
        /** Probes pass: for the first time, or again. */
        UP,
        /** Probes fail: it is used only if no other is left. */
        DOWN,
        /** Requests failed: it is out for a while, and used only if no other is left. */
        EJECTED,
        /** Its time out is over, and one request finds out whether it is well. */
        ON_TRIAL,
        /** It was ejected and is back. */
        REINSTATED,
        /** It gets no new requests, and the pool waits for its last ones. */
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

    /** Receives each change in a pool. Its exceptions are logged, and change nothing else. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Something has changed. Called for one event at a time, in the order in which things happened, on a thread that no
         * exchange and no timer waits for. A listener that is more than 1,000 events behind misses the oldest of them;
         * {@link PoolSnapshot#droppedEvents()} counts those. The pool may be changed from here. On a clock that a test moves it is
         * called at once, on the thread that changed something.
         */
        void changed(PoolEvent event);
    }
}
