package dev.sluice.proxy;

import dev.sluice.proxy.syntax.HttpDate;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Writes the {@link AttemptRecord} of an attempt, which {@link Exchange#attempt} begins and the end of its scope completes.
 * Safe for use by many threads.
 */
public final class AttemptNotes implements AttemptRecord {
    private static final AtomicLongFieldUpdater<AttemptNotes> CONNECTION_WAIT_NANOS =
            AtomicLongFieldUpdater.newUpdater(AttemptNotes.class, "connectionWaitNanos");

    private final int number;
    private final Reason reason;
    private final String upstream;
    private final Map<String, String> tags;
    private final long beginNanos;
    private final ExchangeRecord exchange;
    private volatile long connectionWaitNanos;
    private volatile long connectNanos = -1;
    private volatile long handshakeNanos = -1;
    private volatile long headNanos = -1;
    private volatile long endNanos = -1;
    private volatile int status;
    private volatile @Nullable String date;
    private volatile @Nullable Delivery delivery;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Outcome outcome;

    AttemptNotes(
            int number,
            Reason reason,
            String upstream,
            Map<String, String> tags,
            ExchangeRecord exchange,
            long beginNanos) {
        this.number = number;
        this.reason = reason;
        this.upstream = upstream;
        this.tags = tags;
        this.exchange = exchange;
        this.beginNanos = beginNanos;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public Reason reason() {
        return reason;
    }

    @Override
    public String upstream() {
        return upstream;
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    @Override
    public long beginNanos() {
        return beginNanos;
    }

    @Override
    public long headNanos() {
        return headNanos;
    }

    @Override
    public @Nullable Instant headAt() {
        return headNanos < 0 ? null : exchange.beginAt().plusNanos(headNanos - exchange.beginNanos());
    }

    @Override
    public long connectionWaitNanos() {
        return connectionWaitNanos;
    }

    @Override
    public long connectNanos() {
        return connectNanos;
    }

    @Override
    public long handshakeNanos() {
        return handshakeNanos;
    }

    @Override
    public long endNanos() {
        return endNanos;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public @Nullable Instant date() {
        String text = date;
        return text == null ? null : HttpDate.parse(text, exchange.beginAt());
    }

    @Override
    public @Nullable Delivery delivery() {
        return delivery;
    }

    @Override
    public @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public @Nullable Outcome outcome() {
        return outcome;
    }

    @Override
    public String toString() {
        return "attempt " + number + " at " + upstream + ": " + (outcome == null ? "open" : outcome)
                + (status == 0 ? "" : ", status " + status) + (delivery == null ? "" : ", " + delivery)
                + (failure == null ? "" : ", " + failure.getMessage());
    }

    /** Notes that it has waited for a connection, perhaps once more. */
    public void waitedForConnection(long nanos) {
        CONNECTION_WAIT_NANOS.addAndGet(this, nanos);
    }

    /**
     * Notes that a connection was opened for it.
     *
     * @param handshakeNanos how long TLS took, or -1 without TLS
     */
    public void connected(long connectNanos, long handshakeNanos) {
        this.connectNanos = connectNanos;
        this.handshakeNanos = handshakeNanos;
    }

    /**
     * Notes the response's head.
     *
     * @param date the value of its {@code Date}, or null
     */
    public void head(int status, @Nullable String date, long nanos) {
        this.status = status;
        this.date = date;
        this.headNanos = nanos;
        this.delivery = Delivery.ANSWERED;
    }

    /** Notes a failure, before the attempt ends with it. */
    public void failed(Throwable failure, Delivery delivery) {
        this.failure = failure;
        this.delivery = delivery;
    }

    void ended(Outcome how, long nanos) {
        endNanos = nanos;
        outcome = how;
    }
}
