package dev.sluice.proxy;

/**
 * Listens to exchanges, for logs, metrics and tests. Called on the threads that carry exchanges, many at once: a
 * listener must not block. Its exceptions are logged, and change nothing else.
 */
public interface ExchangeListener {
    /** Listens to nothing. */
    ExchangeListener NONE = new ExchangeListener() {};

    /** An exchange has begun. One of a client has no request yet. */
    default void begun(ExchangeRecord record) {}

    /** The request goes to an upstream. */
    default void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {}

    /** An attempt has ended: its body has been read, it has failed, or it was dropped. */
    default void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {}

    /**
     * An exchange has ended: the response has been sent, or cannot be sent any more. The record does not change after
     * this.
     */
    default void ended(ExchangeRecord record) {}

    /** A listener that calls both, this one first. An exception of one is logged, and the other is still called. */
    default ExchangeListener and(ExchangeListener other) {
        return this == NONE ? other : other == NONE ? this : new TwoListeners(this, other);
    }
}
