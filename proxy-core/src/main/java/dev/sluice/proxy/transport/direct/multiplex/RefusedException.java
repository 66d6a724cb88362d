package dev.sluice.proxy.transport.direct.multiplex;

import java.io.IOException;

/** The peer has certainly done nothing for a stream, so that it can be tried again, whatever it is (RFC 9113 §8.7). */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final Why why;

    private enum Why {
        ANY,
        /** HTTP_1_1_REQUIRED. */
        HTTP_1,
        /** A connection that was of use has come to its end. */
        GOES_AWAY
    }

    RefusedException(String message) {
        this(message, Why.ANY);
    }

    private RefusedException(String message, Why why) {
        super(message);
        this.why = why;
    }

    RefusedException(String message, Throwable cause) {
        super(message, cause);
        this.why = Why.ANY;
    }

    static RefusedException requiringHttp1(String message) {
        return new RefusedException(message, Why.HTTP_1);
    }

    static RefusedException goingAway(String message) {
        return new RefusedException(message, Why.GOES_AWAY);
    }

    /** Whether it takes the request over HTTP/1.1 only (HTTP_1_1_REQUIRED, RFC 9113 §7). */
    public boolean requiresHttp1() {
        return why == Why.HTTP_1;
    }

    /** Whether that is nobody's fault: the peer ends, in order, a connection on which it has served something. */
    public boolean goesAway() {
        return why == Why.GOES_AWAY;
    }
}
