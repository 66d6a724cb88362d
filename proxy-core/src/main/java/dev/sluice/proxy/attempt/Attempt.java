package dev.sluice.proxy.attempt;

import dev.sluice.proxy.AttemptNotes;
import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.trace.span.AttemptSpan;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: a lease, its scope and its record, and the response once there is one. The scope ends when the
 * response's body has been read, has failed or is closed, and at the latest with the exchange; the lease ends with the
 * scope.
 *
 * <p>{@link #send} may run on another thread than the exchange's; the record and the response are the exchange's.
 */
public final class Attempt {
    private final Lease lease;
    private final long untilNanos;
    private final Exchange scope;
    /** Null if the exchange is in no trace. */
    private final @Nullable AttemptSpan span;

    private final AttemptNotes record;
    private long slowAtNanos;
    private @Nullable ProxyRequest request;
    private @Nullable ProxyResponse response;
    /** Whether it has no time limit any more, since no other attempt can follow. */
    private volatile boolean unlimited;

    private volatile boolean brokenOff;
    private @Nullable HeldBody held;

    /**
     * Begins an attempt.
     *
     * @param before how many attempts at the same request there were
     */
    Attempt(Exchange exchange, Step.Send send, int before, AttemptRecord.Reason reason) {
        this.lease = send.lease();
        this.untilNanos = send.untilNanos();
        this.slowAtNanos = send.slowAtNanos();
        this.scope = exchange.child("attempt", TimeSource.NEVER, Outcome.HEAD_TIMEOUT);
        try {
            lease.began(scope);
            if (untilNanos != TimeSource.NEVER) {
                scope.deadline(untilNanos, Outcome.HEAD_TIMEOUT, this::expired);
            }
        } finally {
            scope.onEnd(outcome -> lease.end(outcome, scope.time().nanos()));
        }
        this.span = AttemptSpan.begin(scope, before);
        this.record = scope.attempt(lease.upstream().id(), lease.tags(), reason);
        if (span != null) {
            span.record(record);
        }
    }

    /** What was picked. */
    public Lease lease() {
        return lease;
    }

    /** Where it goes. */
    public Upstream upstream() {
        return lease.upstream();
    }

    /** The scope of the attempt. */
    public Exchange scope() {
        return scope;
    }

    /** The request that was made for it. */
    public ProxyRequest request() {
        return Objects.requireNonNull(request, "the attempt has no request yet");
    }

    /** The fields of a request with the place of this attempt in the trace, if there is one. */
    public Headers traced(Headers headers) {
        return span == null ? headers : span.context().on(headers);
    }

    /** This is its request. */
    void request(ProxyRequest made) {
        request = made;
        if (span != null) {
            span.sent(made, upstream());
        }
    }

    /**
     * The response.
     *
     * @throws IllegalStateException if there is none yet
     */
    public ProxyResponse response() {
        if (response == null) {
            throw new IllegalStateException("an attempt without a response cannot be passed on: " + record);
        }
        return response;
    }

    /** When it is slow; never once that has been reported. */
    long slowAtNanos() {
        return slowAtNanos;
    }

    void toldSlow() {
        slowAtNanos = TimeSource.NEVER;
    }

    /** Its number and its upstream, in words. */
    String name() {
        return "attempt " + record.number() + " at " + record.upstream();
    }

    /** Fails if it has been cancelled before anything was sent: with the exchange, or by the source of the lease. */
    void requireOpen() throws ProxyException {
        Outcome cancelled = scope.cancelled();
        if (cancelled != null) {
            throw new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled before it was sent: " + cancelled);
        }
    }

    /** Sends the request. The response is closed with the scope, even if the scope ended before it came. */
    ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
        Upstream upstream = lease.upstream();
        ProxyResponse received = Objects.requireNonNull(
                upstream.send(request), () -> "upstream " + upstream.id() + " returned no response");
        scope.onEnd(outcome -> received.close());
        if (untilNanos != TimeSource.NEVER && !unlimited) {
            scope.deadline(untilNanos, Outcome.BODY_TIMEOUT, this::expired);
            if (unlimited) {
                unlimit();
            }
        }
        return received;
    }

    /** Its time is over: returns whether it is broken off. On the clock's thread. */
    private boolean expired() {
        boolean over = lease.expired(scope.time().nanos());
        unlimited |= !over;
        return over;
    }

    /**
     * No other attempt can follow this one, so it may take the time of any request: to end it would only turn a slow
     * answer into none. On any thread.
     */
    void unlimit() {
        unlimited = true;
        if (untilNanos != TimeSource.NEVER) {
            scope.deadline(TimeSource.NEVER, Outcome.HEAD_TIMEOUT);
        }
    }

    /**
     * Takes over the upstream's response: from now on the scope follows its body.
     *
     * @throws ProxyException if the attempt has been cancelled in the meantime
     */
    void answered(ProxyResponse received) throws ProxyException {
        response = received;
        record.head(
                received.status(),
                received.headers().first("Date").orElse(null),
                scope.time().nanos());
        if (span != null) {
            span.answered(received.version());
        }
        scope.check();
        Tunnel tunnel = received.tunnel();
        if (tunnel != null) {
            response =
                    received.toBuilder().tunnel(new AttemptTunnel(tunnel, this)).build();
        } else if (received.body().length() != 0) {
            response = received.toBuilder()
                    .body(new AttemptBody(received.body(), this))
                    .build();
        }
    }

    /**
     * The response goes to the client: it may take its time from now on.
     *
     * @throws ProxyException if the attempt was cancelled before
     */
    void passedOn() throws ProxyException {
        if (untilNanos != TimeSource.NEVER && scope.outcome() == null) {
            scope.deadline(TimeSource.NEVER, Outcome.BODY_TIMEOUT);
            scope.check();
        }
        ProxyResponse received = response();
        if (received.tunnel() == null && received.body().length() == 0) {
            completed();
        }
    }

    /** The body has been read, or the tunnel used, to its end. */
    void completed() {
        scope.end(Outcome.COMPLETED);
    }

    /** Nobody reads the body, or uses the tunnel, any more. */
    void dropped() {
        scope.close();
    }

    /**
     * Another attempt is passed on, or none: breaks this one off. That is never a failure of the upstream.
     *
     * @param why for the record
     */
    void breakOff(String why) {
        brokenOff = true;
        scope.cancel(Outcome.ABANDONED);
        Outcome reason = scope.cancelled();
        record.failed(
                new ProxyException(reason == null ? Outcome.ABANDONED : reason, Delivery.SENT_UNKNOWN, why),
                Delivery.SENT_UNKNOWN);
        scope.close();
    }

    /** Ends the attempt with a failure, as an outcome. */
    ProxyException failed(Throwable cause, @Nullable ProxyException clientFailure) {
        if (scope.outcome() != null && cause instanceof ProxyException told) {
            // The body has noted this failure, and has ended the attempt with it.
            return told;
        }
        ProxyException why = explain(cause, clientFailure);
        if (!brokenOff) {
            record.failed(why, why.delivery());
        }
        scope.end(why.outcome());
        return why;
    }

    private ProxyException explain(Throwable cause, @Nullable ProxyException clientFailure) {
        Outcome cancelled = scope.cancelled();
        Delivery delivery = response != null
                ? Delivery.ANSWERED
                : cause instanceof ProxyException known ? known.delivery() : Delivery.SENT_UNKNOWN;
        String id = lease.upstream().id();
        if (cancelled != null) {
            return new ProxyException(cancelled, delivery, "attempt at " + id + " cancelled: " + cancelled, cause);
        }
        if (clientFailure != null) {
            return clientFailure;
        }
        if (cause instanceof ProxyException known) {
            return known;
        }
        Outcome outcome = !(cause instanceof IOException)
                ? Outcome.FAILED
                : response == null ? Outcome.HEAD_FAILED : Outcome.BODY_FAILED;
        return new ProxyException(outcome, delivery, "attempt at " + id + " failed: " + cause, cause);
    }

    /**
     * Returns whether the response is short enough to be read whole before it is passed on, so that its failure can
     * still be mended by another attempt. A long response, or one of unknown length such as an event stream, stays as
     * it is.
     */
    boolean holds() {
        held = held == null ? HeldBody.of(response()) : held;
        return held != null;
    }

    /** Returns whether the whole of a response that is {@linkplain #holds held} is here, so that no reading blocks. */
    boolean ready() {
        return held == null || held.ready();
    }

    /**
     * The response with its whole body, which is read if it is {@linkplain #holds held}. May be called on another thread
     * than the exchange's, which then {@linkplain #take takes} it.
     *
     * @throws IOException if the body breaks off
     */
    ProxyResponse whole() throws IOException {
        return held == null ? response() : held.read();
    }

    /** This is the response now. */
    void take(ProxyResponse whole) {
        response = whole;
    }
}
