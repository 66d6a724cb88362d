package dev.sluice.proxy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one exchange, and why: route, picks, attempts, refusals, times and sizes. One record feeds the
 * access log, listeners, metrics and the assertions of tests. It is read-only: the parts of the exchange write {@link
 * ExchangeNotes}. Times are nanoseconds of the exchange's time source. Safe for use by many threads.
 */
public sealed interface ExchangeRecord permits ExchangeNotes {
    /**
     * The purpose of the exchange: {@code exchange} if a client began it, else the name given to {@link
     * Exchange#detached}.
     */
    String purpose();

    /** Returns whether a client began the exchange; false for a detached one, which has no response of its own. */
    boolean isClients();

    /** When the exchange began, on the wall clock. */
    Instant beginAt();

    /** When the exchange began. */
    long beginNanos();

    /** The peer of the request's connection: the client itself, or the proxy before this one. */
    Client client();

    /**
     * The client that began the request, as the last rule of {@link dev.sluice.proxy.header.Forwarding} found it;
     * before any rule, the values of the connection and the request.
     */
    ForwardedClient forwardedClient();

    /**
     * The request as it was received, but for credentials, which are {@code ***}: {@code Authorization}, {@code
     * Cookie}, {@code X-Api-Key}, fields whose name ends with {@code Token}, {@code Secret}, {@code Signature} and the like,
     * {@code Sec-WebSocket-Protocol}, certificates, and what authentication has read. Null if it
     * could not be read; for a detached exchange, that of the exchange it comes from.
     */
    @Nullable
    RequestRecord request();

    /** Who sends the request, as authentication has found it; or null. */
    @Nullable
    Principal principal();

    /** The id of the request, as {@link dev.sluice.proxy.header.RequestId} has made or found it; or null. */
    @Nullable
    String requestId();

    /**
     * The place of the exchange in a trace, if the server has {@link dev.sluice.proxy.trace.Tracing}; or null. It is also a
     * value of the exchange ({@code exchange.get(TraceContext.class)}).
     */
    @Nullable
    TraceContext trace();

    /** The route that was taken, or null. */
    @Nullable
    String route();

    /** What the cache of the route did, or null if it has none. */
    @Nullable
    CacheUse cache();

    /** The attempts so far, in order: all of them up to 64, else the first and the last 32. */
    List<AttemptRecord> attempts();

    /** How many attempts there were, also those that are not kept. */
    int attemptCount();

    /**
     * How long it has waited so far: for a place at a limit, for a member of a pool that is well or has room, and for the time
     * at which a member may be asked again.
     */
    long waitNanos();

    /** What was decided so far, in order: all of it up to 64 decisions, else the first and the last 32. */
    List<Decision> decisions();

    /** Why the client gets an error page, of the proxy or of a filter; or null. */
    @Nullable
    ProxyException failure();

    /** The status that the client got, or 0 if the head has not been sent. */
    int status();

    /**
     * The fields of the response as they went to the client, without those that the server adds itself, such as {@code
     * Date}; empty if no head was sent. What lets somebody enter is {@code ***}, such as {@code Set-Cookie}.
     */
    Headers responseHeaders();

    /**
     * The value of this type that was {@linkplain Exchange#put put} into the exchange, such as by a filter of yours; or null.
     * It is there until the listeners have been told that the exchange has ended: a record that is kept for longer holds
     * nothing else of its exchange. Values of an attempt are not here.
     */
    <T> @Nullable T get(Class<T> type);

    /** When the response's head went to the client, or -1: from then on nothing can be tried again. */
    long headNanos();

    /** When the exchange ended, or -1. */
    long endNanos();

    /** The bytes of the request's body read from the client so far. */
    long requestBytes();

    /** The bytes of the response's body written to the client so far. */
    long responseBytes();

    /**
     * How the exchange ended, or null while it goes on. With an error page, even one that was delivered whole, this is
     * the outcome of the failure.
     */
    @Nullable
    Outcome outcome();

    /** Everything in words, one item on each line, for a person. It is rendered only by this call. */
    String explain();

    /**
     * One decision in an exchange, and its reason: a pick, a limit, a retry that was not made. It holds references, and
     * is put in words only when somebody reads the record.
     */
    @FunctionalInterface
    interface Decision {
        /** The decision and its reason, in one line. */
        String explain();
    }
}
