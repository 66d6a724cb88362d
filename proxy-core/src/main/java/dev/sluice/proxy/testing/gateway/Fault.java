package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.internal.Require;

/**
 * What goes wrong between a client and a {@link FakeGateway}. A fault is given to a stub, instead of an answer or within
 * one, or to a connection, before any request. Some clients, such as the JDK's, send a GET again by themselves if its
 * connection ends before the first byte of an answer. Immutable.
 *
 * <pre>{@code
 * gateway.on("GET /a").fails(2, Fault.CLOSE.inHead(9)).then("hello");
 * gateway.on("GET /b").answers(Answer.ok("hello").with(Fault.CLOSE.inBody(3)));
 * gateway.serverName("a.test").fails(Fault.EXPIRED_CERTIFICATE);
 * }</pre>
 */
public final class Fault {
    /**
     * The connection is reset (RST), as by a server that crashed. A client may hear of it before it has read what came
     * first, and then loses that.
     */
    public static final Fault RESET = new Fault(Kind.RESET);

    /** The connection ends without a word. */
    public static final Fault CLOSE = new Fault(Kind.CLOSE);

    /** Nothing more is sent, while the connection stays open until the client leaves or the gateway closes. */
    public static final Fault SILENT = new Fault(Kind.SILENT);

    /** What is sent is no HTTP. */
    public static final Fault GARBAGE = new Fault(Kind.GARBAGE);

    /** The body is in chunks, and the connection ends without the last one. */
    public static final Fault UNFINISHED_CHUNKS = new Fault(Kind.UNFINISHED_CHUNKS);

    /** {@code Content-Length} is one more than the body has, and then the connection ends. */
    public static final Fault LENGTH_TOO_LONG = new Fault(Kind.LENGTH_TOO_LONG);

    /** {@code Content-Length} is one less than the body has, and then the connection ends. */
    public static final Fault LENGTH_TOO_SHORT = new Fault(Kind.LENGTH_TOO_SHORT);

    /**
     * The answer is whole, and the connection seems to stay open; when the next request comes, it is reset. Without a
     * socket an answer is only whole, as each attempt is a connection of its own.
     */
    public static final Fault STALE = new Fault(Kind.STALE);

    /**
     * For connections: nobody listens. Only a gateway without a socket counts whom it refuses; one with a socket refuses
     * all from {@link FakeGateway#refuse} to {@link FakeGateway#listen}.
     */
    public static final Fault REFUSE = new Fault(Kind.REFUSE);

    /** For connections: the server's certificate has expired. */
    public static final Fault EXPIRED_CERTIFICATE = new Fault(Kind.EXPIRED_CERTIFICATE);

    /** For connections: the server's certificate is for another name. */
    public static final Fault WRONG_NAME = new Fault(Kind.WRONG_NAME);

    /** For connections: the server knows no version of TLS that the client does. */
    public static final Fault NO_SHARED_VERSION = new Fault(Kind.NO_SHARED_VERSION);

    private final Kind kind;
    private final Place place;
    private final int at;

    private Fault(Kind kind) {
        this(kind, Place.INSTEAD, 0);
    }

    private Fault(Kind kind, Place place, int at) {
        this.kind = kind;
        this.place = place;
        this.at = at;
    }

    /**
     * The same after so many bytes of an answer's head: for RESET, CLOSE and SILENT.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     * @throws IllegalStateException if this fault takes no place, or has one
     */
    public Fault inHead(int bytes) {
        return at(Place.HEAD, Require.atLeast("bytes", 0, bytes));
    }

    /**
     * The same after an answer's head and so many bytes of its body: for RESET, CLOSE and SILENT.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     * @throws IllegalStateException if this fault takes no place, or has one
     */
    public Fault inBody(int bytes) {
        return at(Place.BODY, Require.atLeast("bytes", 0, bytes));
    }

    /**
     * The same after a whole answer: for RESET, CLOSE and SILENT.
     *
     * @throws IllegalStateException if this fault takes no place, or has one
     */
    public Fault afterBody() {
        return at(Place.END, 0);
    }

    private Fault at(Place where, int bytes) {
        if (place != Place.INSTEAD) {
            throw new IllegalStateException(this + " has a place already");
        }
        if (!kind.anywhere) {
            throw new IllegalStateException(
                    this + " takes no place: inHead, inBody and afterBody are for RESET, CLOSE and SILENT");
        }
        return new Fault(kind, where, bytes);
    }

    /**
     * What a proxy's attempt ends with if nobody gives up before; COMPLETED if the answer is whole. An attempt over TLS
     * whose connection goes wrong before its handshake is done ends otherwise: with TLS_FAILED, or with CONNECT_TIMEOUT
     * if there is silence.
     */
    public Outcome outcome() {
        return switch (kind) {
            case REFUSE -> Outcome.CONNECT_FAILED;
            case EXPIRED_CERTIFICATE, WRONG_NAME, NO_SHARED_VERSION -> Outcome.TLS_FAILED;
            case GARBAGE -> Outcome.BAD_RESPONSE;
            case UNFINISHED_CHUNKS, LENGTH_TOO_LONG -> Outcome.BODY_FAILED;
            case LENGTH_TOO_SHORT, STALE -> Outcome.COMPLETED;
            case RESET, CLOSE -> placed(Outcome.HEAD_FAILED, Outcome.BODY_FAILED);
            case SILENT -> placed(Outcome.HEAD_TIMEOUT, Outcome.BODY_TIMEOUT);
        };
    }

    /** The same of a connection over TLS that goes wrong before its handshake is done. */
    Outcome outcomeInHandshake() {
        return switch (kind) {
            case REFUSE -> Outcome.CONNECT_FAILED;
            case SILENT -> Outcome.CONNECT_TIMEOUT;
            default -> Outcome.TLS_FAILED;
        };
    }

    private Outcome placed(Outcome before, Outcome within) {
        return switch (place) {
            case INSTEAD, HEAD -> before;
            case BODY -> within;
            case END -> Outcome.COMPLETED;
        };
    }

    /** Whether a client without TLS cannot connect, or one with TLS cannot in any case. */
    boolean breaksConnecting() {
        return kind.onlyOfConnection();
    }

    /** Whether nothing of an answer's head arrives whole. */
    boolean breaksHead() {
        return kind == Kind.GARBAGE || (kind.anywhere && (place == Place.INSTEAD || place == Place.HEAD));
    }

    /** Whether the body that arrives is visibly not whole. */
    boolean breaksBody() {
        return kind == Kind.UNFINISHED_CHUNKS || kind == Kind.LENGTH_TOO_LONG || place == Place.BODY;
    }

    Kind kind() {
        return kind;
    }

    Place place() {
        return place;
    }

    /** The bytes of head or body before it. */
    int at() {
        return at;
    }

    /** Its name and its place. */
    @Override
    public String toString() {
        return switch (place) {
            case INSTEAD -> kind.name();
            case HEAD -> kind + " after " + at + " bytes of the head";
            case BODY -> kind + " after " + at + " bytes of the body";
            case END -> kind + " after the body";
        };
    }

    /** What happens. */
    enum Kind {
        RESET(true, true),
        CLOSE(true, true),
        SILENT(true, true),
        GARBAGE(false, true),
        UNFINISHED_CHUNKS(false, false),
        LENGTH_TOO_LONG(false, false),
        LENGTH_TOO_SHORT(false, false),
        STALE(false, false),
        REFUSE(false, true),
        EXPIRED_CERTIFICATE(false, true),
        WRONG_NAME(false, true),
        NO_SHARED_VERSION(false, true);

        /** Whether it may have any place in an answer. */
        final boolean anywhere;
        /** Whether it may happen to a connection before a request. */
        final boolean ofConnection;

        Kind(boolean anywhere, boolean ofConnection) {
            this.anywhere = anywhere;
            this.ofConnection = ofConnection;
        }

        /** Whether it may happen only to a connection. */
        boolean onlyOfConnection() {
            return this == REFUSE || ofTls();
        }

        /** Whether it happens in a TLS handshake. */
        boolean ofTls() {
            return this == NO_SHARED_VERSION || ofCertificate();
        }

        boolean ofCertificate() {
            return this == EXPIRED_CERTIFICATE || this == WRONG_NAME;
        }
    }

    /** Where in an answer. */
    enum Place {
        INSTEAD,
        HEAD,
        BODY,
        END
    }
}
