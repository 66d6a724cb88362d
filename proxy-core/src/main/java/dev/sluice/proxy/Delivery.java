package dev.sluice.proxy;

/** How far a request got. Together with its method it says whether it may be sent again (RFC 9110 §9.2.2). */
public enum Delivery {
    /** No byte of it has been written to a connection: it may be sent again, whatever its method. */
    NOT_SENT,
    /** Some of it may have reached the upstream, which may have acted on it. */
    SENT_UNKNOWN,
    /** The upstream has answered with a final response's head. */
    ANSWERED
}
