package dev.sluice.proxy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one exchange, and why: route, picks, attempts, refusals, times and sizes. One record feeds the
 * access log, listeners, metrics and the assertions of tests. It is for reading alone: {@link ExchangeNotes} is written by
 * what takes part in the exchange. Times are nanoseconds of the exchange's time source. Safe for use by many threads.
 */
public sealed interface ExchangeRecord permits ExchangeNotes {
    /** What the exchange is for: {@code exchange} when a client began it, else what {@link Exchange#detached} was told. */
    String purpose();

    /** Returns whether a client began the exchange; false for a detached one, which has no response of its own. */
    boolean isClients();

    /** When the exchange began, on the wall clock. */
    Instant beginAt();

    /** When the exchange began. */
    long beginNanos();

    /** The connection that the request came by: the client itself, or the proxy before this one. */
    Client client();

    /**
     * Who began the request, as the last rule of {@link dev.sluice.proxy.header.Forwarding} has found it; what the
     * connection and the request tell, as long as there was none.
     */
    ForwardedClient forwardedClient();

    /** The request as it was received, or null when it could not be read; of a detached exchange, the one it comes from. */
    @Nullable
    RequestRecord request();

    /** The route that was taken, or null. */
    @Nullable
    String route();

    /** The attempts so far, in order: all of them up to 64, else the first and the last 32. */
    List<AttemptRecord> attempts();

    /** How many attempts there were, those included that are not kept. */
    int attemptCount();

    /** What was decided so far, in order: all of it up to 64 decisions, else the first and the last 32. */
    List<Decision> decisions();

    /** Why the client gets an error page of the proxy's own, or of a filter in its place; or null. */
    @Nullable
    ProxyException failure();

    /** The status that the client got, or 0 when the head is not out. */
    int status();

    /** When the response's head went to the client, or -1: from then on nothing can be tried again. */
    long headNanos();

    /** When the exchange ended, or -1. */
    long endNanos();

    /** The bytes of the request's body read from the client so far. */
    long requestBytes();

    /** The bytes of the response's body written to the client so far. */
    long responseBytes();

    /**
     * How the exchange ended, or null while it goes on. An error page that was delivered whole still has the outcome
     * of what went wrong.
     */
    @Nullable
    Outcome outcome();

    /** Everything in words, one thing a line: for a person, and rendered only when asked for. */
    String explain();

    /**
     * One thing that was decided in an exchange, and why: a pick, a limiter's verdict, a forfeited retry. It holds
     * references and is put in words only when somebody reads the record.
     */
    @FunctionalInterface
    interface Decision {
        /** What was decided and why, in one line. */
        String explain();
    }
}
