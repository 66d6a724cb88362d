package dev.sluice.proxy;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An exchange or an attempt that failed, with its {@link Outcome} and how far the request got. The message is for logs;
 * the client sees only {@link #publicDetail()}.
 */
public class ProxyException extends IOException {
    private static final long serialVersionUID = 1;

    private final Outcome outcome;
    private final Delivery delivery;
    private final int status;
    private final @Nullable String publicDetail;
    private final transient @Nullable Headers headers;

    /** A failure without a cause, answered with the outcome's status. */
    public ProxyException(Outcome outcome, Delivery delivery, String message) {
        this(outcome, delivery, message, null);
    }

    /** A failure, answered with the outcome's status. */
    public ProxyException(Outcome outcome, Delivery delivery, String message, @Nullable Throwable cause) {
        this(outcome, delivery, outcome.status(), message, null, null, cause);
    }

    private ProxyException(
            Outcome outcome,
            Delivery delivery,
            int status,
            String message,
            @Nullable String publicDetail,
            @Nullable Headers headers,
            @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
        this.delivery = delivery;
        this.status = status;
        this.publicDetail = publicDetail;
        this.headers = headers;
    }

    /**
     * The exception of an exchange for {@code cause}: itself if it has an outcome, SHUT_DOWN for an interrupt, and
     * FAILED for everything else.
     */
    public static ProxyException of(Throwable cause) {
        if (cause instanceof ProxyException known) {
            return known;
        }
        Outcome outcome = cause instanceof InterruptedException ? Outcome.SHUT_DOWN : Outcome.FAILED;
        return new ProxyException(outcome, Delivery.SENT_UNKNOWN, String.valueOf(cause), cause);
    }

    /**
     * A refusal of the client's request, before anything of it was sent on. As a decision and not a fault, it has no stack
     * trace.
     *
     * @param status the status of the answer, 400 to 599
     * @param detail what was wrong, shown to the client and logged
     * @throws IllegalArgumentException if the status is not an error status
     */
    public static ProxyException refused(Outcome outcome, int status, String detail) {
        requireError(status);
        return new Refusal(outcome, status, detail, detail, null);
    }

    /**
     * The same with fields for the answer, such as the challenge of a 401.
     *
     * @throws IllegalArgumentException if the status is not an error status
     */
    public static ProxyException refused(Outcome outcome, int status, String detail, Headers headers) {
        requireError(status);
        return new Refusal(outcome, status, detail, detail, headers);
    }

    /**
     * A refusal that tells the log more than the client.
     *
     * @param detail what was wrong, shown to the client
     * @param reason the same for the log, with details that the client must not see
     */
    public static ProxyException refused(Outcome outcome, String detail, String reason) {
        return refused(outcome, outcome.status(), detail, reason);
    }

    /**
     * The same with its own status.
     *
     * @param status the status of the answer, 400 to 599
     * @param detail what was wrong, shown to the client
     * @param reason the same for the log, with details that the client must not see
     * @throws IllegalArgumentException if the status is not an error status
     */
    public static ProxyException refused(Outcome outcome, int status, String detail, String reason) {
        return refused(outcome, status, detail, reason, Headers.empty());
    }

    /**
     * The same with fields for the answer, such as {@code Retry-After} or the challenge of a 401.
     *
     * @throws IllegalArgumentException if the status is not an error status
     */
    public static ProxyException refused(Outcome outcome, int status, String detail, String reason, Headers headers) {
        requireError(status);
        String message = detail + ": " + reason;
        return new Refusal(outcome, status, message, detail, headers);
    }

    /** A refusal with the outcome's own status. */
    public static ProxyException refused(Outcome outcome, String detail) {
        return refused(outcome, outcome.status(), detail);
    }

    private static void requireError(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status of a refusal must be 400 to 599: " + status);
        }
    }

    /** How it ended. */
    public Outcome outcome() {
        return outcome;
    }

    /** How far the request got. */
    public Delivery delivery() {
        return delivery;
    }

    /** The status that the client gets, if the response's head has not been sent. */
    public int status() {
        return status;
    }

    /** The text that the client may see, or null for only the status. */
    public @Nullable String publicDetail() {
        return publicDetail;
    }

    /** Fields that each error page of this failure has, also your own, unless it sets them itself; none by default. */
    public Headers headers() {
        return headers == null ? Headers.empty() : headers;
    }

    /**
     * A decision and not a fault, so where it was made says nothing: it has no stack trace, which would cost more than all
     * else of a refusal.
     */
    private static final class Refusal extends ProxyException {
        private static final long serialVersionUID = 1;

        private Refusal(Outcome outcome, int status, String message, String publicDetail, @Nullable Headers headers) {
            super(outcome, Delivery.NOT_SENT, status, message, publicDetail, headers, null);
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
