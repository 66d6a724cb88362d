package dev.sluice.proxy;

/**
 * How an exchange or an attempt ended: the one vocabulary of logs, metrics, health, retries and tests. An outcome says
 * in which direction and at which stage something failed, what the client gets, and whether the upstream is to blame.
 */
public enum Outcome {
    /** The whole response was delivered. */
    COMPLETED(200, false),

    /** The request was malformed or ambiguous. */
    BAD_REQUEST(400, false),
    /** The request exceeded a size limit. */
    LIMIT_EXCEEDED(413, false),
    /** The request needs what this proxy, or the transport it runs on, cannot do. */
    NOT_SUPPORTED(501, false),
    /** The request has passed this proxy before. */
    LOOP(508, false),
    /** No route matches the request. */
    NO_ROUTE(404, false),
    /** A filter refused the request. */
    REFUSED(403, false),
    /** Too many exchanges at once. */
    OVERLOADED(503, false),
    /** Reading the request's body from the client failed. */
    CLIENT_BODY_FAILED(400, false),
    /** The client sent nothing more of the request's body for too long. */
    CLIENT_BODY_TIMEOUT(408, false),

    /** No upstream was available. */
    NO_UPSTREAM(503, false),
    /** The upstream's name was not resolved. */
    RESOLVE_FAILED(502, true),
    /** The upstream did not accept a connection. */
    CONNECT_FAILED(502, true),
    /** The upstream did not accept a connection in time. */
    CONNECT_TIMEOUT(504, true),
    /** The TLS handshake with the upstream failed. */
    TLS_FAILED(502, true),
    /** Writing the request to the upstream failed. */
    SEND_FAILED(502, true),
    /** The upstream read no more of the request for too long. */
    SEND_TIMEOUT(504, true),
    /** The upstream closed or reset the connection before the response's head. */
    HEAD_FAILED(502, true),
    /** The response's head did not arrive in time. */
    HEAD_TIMEOUT(504, true),
    /** The response was malformed or ambiguous. */
    BAD_RESPONSE(502, true),
    /** The response's body broke off. */
    BODY_FAILED(502, true),
    /** Nothing more of the response's body arrived for too long. */
    BODY_TIMEOUT(504, true),

    /** Nothing more went through a tunnel, in either direction, for too long. */
    TUNNEL_TIMEOUT(504, false),

    /** The exchange took longer than its total timeout. */
    TOTAL_TIMEOUT(504, false),
    /** The client left before the response was complete. */
    CLIENT_LEFT(499, false),
    /** Writing the response to the client failed. */
    CLIENT_WRITE_FAILED(499, false),
    /** The client read no more of the response for too long. */
    CLIENT_WRITE_TIMEOUT(499, false),

    /** The response was dropped before its end by a part of the proxy, such as a filter. */
    ABANDONED(500, false),
    /**
     * The proxy was closed before the exchange could finish; or the upstream ends a connection in order, and has not begun what
     * was sent on it.
     */
    SHUT_DOWN(503, false),
    /** A fault in a filter, a hook, or the proxy itself. */
    FAILED(500, false);

    private final int status;
    private final boolean blamesUpstream;

    Outcome(int status, boolean blamesUpstream) {
        this.status = status;
        this.blamesUpstream = blamesUpstream;
    }

    /**
     * The status that the client gets if the exchange ends in this way before the response's head is sent. 499 is only
     * for the log: that client is gone.
     */
    public int status() {
        return status;
    }

    /** Returns whether the upstream is to blame, so that health counts it as a failure of the upstream. */
    public boolean blamesUpstream() {
        return blamesUpstream;
    }
}
