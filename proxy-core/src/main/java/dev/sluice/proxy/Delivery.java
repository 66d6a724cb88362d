package dev.sluice.proxy;

/** How far a request got. Together with its method it says whether it may be sent again (RFC 9110 §9.2.2). */
public enum Delivery {
    /**
     * None of its bytes has been written to a connection, or the upstream has said that it has not begun it (RFC 9113 §8.7):
     * it may be sent again, whatever its method.
     */
    NOT_SENT,
    /** The upstream may have received some of it, and may have acted on it. */
    SENT_UNKNOWN,
    /** The upstream has answered with a final response's head. */
    ANSWERED
}
