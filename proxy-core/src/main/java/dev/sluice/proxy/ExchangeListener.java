package dev.sluice.proxy;

/**
 * Is told what happens in exchanges, for logs, metrics and tests. Called on the thread that carries the exchange, from
 * many at once: a listener must not block. What it throws is logged, and changes nothing else.
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

    /** An exchange has ended: the response is out, or cannot be any more. Nothing of the record changes after this. */
    default void ended(ExchangeRecord record) {}

    /** A listener that tells both, this one first. What one of them throws is logged, and the other is told all the same. */
    default ExchangeListener and(ExchangeListener other) {
        return this == NONE ? other : other == NONE ? this : new TwoListeners(this, other);
    }
}
