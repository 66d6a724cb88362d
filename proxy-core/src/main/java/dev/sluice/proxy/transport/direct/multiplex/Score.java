package dev.sluice.proxy.transport.direct.multiplex;

import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Exception;

/**
 * What a peer costs, less what it is good for: one number for all known ways of abuse, and for those that nobody has
 * found yet. What has an effect on nothing but this side's work costs, what carries a message pays back, and time forgives.
 * For the thread that reads.
 */
final class Score {
    /** A frame that must be answered or looked at: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, an unknown one. */
    static final int CONTROL = 1;

    /** A frame that carries nothing, and needs not be there. */
    static final int EMPTY = 5;

    /** A stream that the peer resets, or on which it breaks a rule. */
    static final int LOST_STREAM = 10;

    /** A stream that it opens. */
    static final int STREAM = -1;

    /** A frame of DATA that carries much, or the last of its stream, or one that was sent. */
    static final int DATA = -2;

    /** How many bytes of DATA are much. Fewer may be a message, but pay for nothing else. */
    static final int MUCH = 256;

    private static final long FORGIVEN_NANOS = 100_000_000L;

    private final int most;
    private long score;
    private long forgivenNanos;

    Score(int most, long nowNanos) {
        this.most = most;
        this.forgivenNanos = nowNanos;
    }

    /**
     * Adds a cost, or something of use.
     *
     * @throws Http2Exception if the peer costs too much
     */
    void add(int cost, String what, long nowNanos) throws Http2Exception {
        long steps = (nowNanos - forgivenNanos) / FORGIVEN_NANOS;
        forgivenNanos += steps * FORGIVEN_NANOS;
        score = Math.max(0, score - steps + cost);
        if (score > most) {
            throw Http2Exception.ofConnection(
                    ErrorCode.ENHANCE_YOUR_CALM, "too much that is of no use, at last " + what);
        }
    }
}
