package dev.sluice.proxy.contract;

/**
 * Everything that a half cannot do, and what happens instead. The cases ask only this list. If the contract
 * cannot set up a case, the tests of the half check it. The first table of {@code docs/differences.md} is this list.
 */
enum Limitation {
    TRAILERS_OF_REQUESTS("trailers of a request", "400, the connection is closed", "dropped"),
    TRAILERS_OF_RESPONSES("trailers of a response", "dropped", "dropped, or the body fails, depending on the update"),
    INTERIM("interim responses such as 103", "dropped", "dropped"),
    TUNNEL(
            "upgrades (101)",
            "a route that allows one fails the start; without such a route an upgrade is ignored",
            "501; a 101 that nobody asked for is a 502"),
    UPGRADE_NOT_MADE("2xx for an upgrade that the origin does not make", null, null, "502: 2xx says that it is made"),
    CONNECT("CONNECT", "closed without an answer", "none arrives there"),
    SEES_CLIENT_LEAVE("seeing the client leave while the origin is silent", "noticed at the next write", null),
    FULL_DUPLEX(
            "a response's head before the request is sent whole",
            "25: held until the request is whole",
            "waits for the end of the request"),
    CONTINUE(
            "100 only when the origin asks for the body",
            "sent at once, by the server itself",
            "Expect is not sent on"),
    FIELD_NAMES(
            "case and order of field names",
            "case changed, order between names lost",
            "in lower case, sorted",
            "in lower case"),
    LAX_REQUESTS("refusing all malformed requests", "the server repairs or hides some", null),
    LAX_RESPONSES("refusing all malformed responses", null, "the client repairs or hides some"),
    RESPONSE_HEAD(
            "a limit of a response's head: 64 KiB and 500 lines, or what `Connector.builder()` says",
            null,
            "the client's own, which no option changes: 384 KiB or none, depending on the update"),
    VERSION_OF_RESPONSES("recognising a response in HTTP/1.0", null, "all look like HTTP/1.1"),
    RELATIVE_TARGET("refusing a target without a slash", "404, or closed without an answer", null),
    ASTERISK("OPTIONS *", "404, the connection is closed", "501"),
    EMPTY_PATH("an absolute target without a path", "404, the connection is closed", null),
    TARGET_CHARACTERS("a target with a character that is not of a URI", "400, the connection is closed", "501"),
    NO_FRAMING(
            "a request without a body and without a framing field",
            null,
            "`Content-Length: 0` is added by some updates"),
    LONE_QUESTION_MARK("an empty query", null, "its question mark is left out"),
    NON_ASCII("a request's field with a value beyond ASCII", null, "501"),
    RESPONSE_DATE("the origin's own Date", "overwritten", null),
    CUT_TO_HTTP_1_0(
            "a body of unknown length that breaks off, for a client of HTTP/1.0",
            "ends plainly, as if it were whole",
            null),
    CLEAR_AT_TLS("plain HTTP at a TLS port", "closed without an answer, and logged", null),
    ADDRESSES("a second address of the origin's name", null, "only the first is tried"),
    CLOSE_NOTIFY(
            "a body up to the end of a TLS connection without close_notify",
            null,
            "counts as whole; no option changes this"),
    ROOT_DOT("`https` and a name with a dot at its end", null, "refused when the upstream is built"),
    CONNECTION_LIMITS("limits of connections and of unfinished heads, a share of them for each client", "none", null),
    TLS_BY_NAME("TLS settings by server name, and `TlsFiles`", "the start fails", null),
    TLS_NAME(
            "the name of an upstream's server for TLS, if it is not the URL's; `TlsFiles` to an upstream",
            null,
            "refused when the upstream is built"),
    BACKLOG_AT_CLOSE("connections in the backlog when the server closes", "dropped", null),
    KEPT_AT_CLOSE("a request in the socket of a kept connection when the server closes", "answered or dropped", null);

    private final String what;
    private final String listener;
    private final String upstream;
    private final String http2;

    /** Null for a half that is not affected. */
    Limitation(String what, String listener, String upstream) {
        this(what, listener, upstream, null);
    }

    /** The same of the JDK's halves, and of HTTP/2 on either side. */
    Limitation(String what, String listener, String upstream, String http2) {
        this.what = what;
        this.listener = listener;
        this.upstream = upstream;
        this.http2 = http2;
    }

    boolean holdsFor(Pairing pairing) {
        return ofListener(pairing) || ofUpstream(pairing) || (http2 != null && pairing.hasHttp2());
    }

    boolean ofListener(Pairing pairing) {
        return listener != null && pairing.listener() == Half.JDK;
    }

    boolean ofUpstream(Pairing pairing) {
        return upstream != null && pairing.upstream() == Half.JDK;
    }

    /** The row of this limitation in the table. */
    String row() {
        return "| " + what + " | " + shown(listener) + " | " + shown(upstream) + " | " + shown(http2) + " |";
    }

    private static String shown(String instead) {
        return instead == null ? "" : instead;
    }
}
