package dev.sluice.proxy.attempt;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Lease;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt: a lease, its scope and its record, and the response once there is one. The scope ends when the
 * response's body has been read, has failed or is closed, and at the latest with the exchange; the lease ends with the
 * scope.
 */
public final class Attempt {
    private final Lease lease;
    private final Exchange scope;
    private final AttemptRecord record;
    private @Nullable ProxyResponse response;

    Attempt(Exchange exchange, Lease lease) {
        this.lease = lease;
        this.scope = exchange.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        scope.onEnd(outcome -> lease.end(outcome, scope.time().nanos()));
        this.record = exchange.record().attempt(lease.upstream().id(), scope);
    }

    /** What was picked. */
    public Lease lease() {
        return lease;
    }

    /** The scope of the attempt. */
    public Exchange scope() {
        return scope;
    }

    /**
     * The response.
     *
     * @throws IllegalStateException if there is none yet
     */
    public ProxyResponse response() {
        if (response == null) {
            throw new IllegalStateException("an attempt without a response was to be passed on: " + record);
        }
        return response;
    }

    /** Takes over the upstream's response: from now on the scope follows its body. */
    void answered(ProxyResponse received) {
        record.head(
                received.status(),
                received.headers().first("Date").orElse(null),
                scope.time().nanos());
        scope.onEnd(outcome -> received.close());
        Tunnel tunnel = received.tunnel();
        if (tunnel != null) {
            response =
                    received.toBuilder().tunnel(new AttemptTunnel(tunnel, this)).build();
        } else if (received.body().length() == 0) {
            response = received;
            scope.end(Outcome.COMPLETED);
        } else {
            response = received.toBuilder()
                    .body(new AttemptBody(received.body(), this))
                    .build();
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

    /** Ends the attempt with a failure, told in the one vocabulary. */
    ProxyException failed(Throwable cause, @Nullable ProxyException clientFailure) {
        ProxyException why = explain(cause, clientFailure);
        record.failed(why, why.delivery());
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

    /** The length that a held response may have at most: see {@link #hold}. */
    static final int HOLD_LIMIT = 64 * 1024;

    /**
     * Reads a short response whole, so that its failure can still be mended by another attempt. A long one, and one of
     * unknown length such as an event stream, stays as it is.
     *
     * @throws IOException if the body breaks off
     */
    void hold() throws IOException {
        ProxyResponse received = response();
        Body body = received.body();
        if (received.tunnel() == null && body.length() > 0 && body.length() <= HOLD_LIMIT) {
            byte[] bytes = body.readAll(HOLD_LIMIT);
            Headers trailers = body.trailers();
            response = received.toBuilder()
                    .body(
                            trailers.isEmpty()
                                    ? Body.of(bytes)
                                    : Body.of(new ByteArrayInputStream(bytes), bytes.length, () -> trailers))
                    .build();
        }
    }
}
