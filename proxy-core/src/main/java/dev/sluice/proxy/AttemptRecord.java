package dev.sluice.proxy;

import dev.sluice.proxy.syntax.HttpDate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an upstream, from the pick to the last byte of its response. Times are nanoseconds of the exchange's
 * time source. Safe for use by many threads; complete once {@link #outcome()} is not null.
 */
public final class AttemptRecord {
    private final int number;
    private final String upstream;
    private final long beginNanos;
    private volatile long headNanos = -1;
    private volatile long endNanos = -1;
    private volatile int status;
    private final Instant exchangeBeginAt;
    private final long exchangeBeginNanos;
    private volatile @Nullable String date;
    private volatile @Nullable Delivery delivery;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Outcome outcome;

    AttemptRecord(int number, String upstream, ExchangeRecord exchange, long beginNanos) {
        this.number = number;
        this.upstream = upstream;
        this.exchangeBeginAt = exchange.beginAt();
        this.exchangeBeginNanos = exchange.beginNanos();
        this.beginNanos = beginNanos;
    }

    /** 1 for the first attempt of the exchange. */
    public int number() {
        return number;
    }

    /** The id of the upstream. */
    public String upstream() {
        return upstream;
    }

    /** When the request was given to the upstream. */
    public long beginNanos() {
        return beginNanos;
    }

    /** When the response's head came, or -1. */
    public long headNanos() {
        return headNanos;
    }

    /** The same on the wall clock as it stood when the exchange began, or null. */
    public @Nullable Instant headAt() {
        return headNanos < 0 ? null : exchangeBeginAt.plusNanos(headNanos - exchangeBeginNanos);
    }

    /** When the attempt ended, or -1. */
    public long endNanos() {
        return endNanos;
    }

    /** The status that the upstream answered with, or 0. */
    public int status() {
        return status;
    }

    /** The upstream's own {@code Date}, or null when it sent none that can be read. */
    public @Nullable Instant date() {
        String text = date;
        return text == null ? null : HttpDate.parse(text, exchangeBeginAt);
    }

    /** How far the request got, or null while that is open. */
    public @Nullable Delivery delivery() {
        return delivery;
    }

    /** What was thrown, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** How the attempt ended, or null while it goes on. */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /** The attempt in a few words, as the record's explanation shows it. */
    @Override
    public String toString() {
        return "attempt " + number + " at " + upstream + ": " + (outcome == null ? "open" : outcome)
                + (status == 0 ? "" : ", status " + status) + (delivery == null ? "" : ", " + delivery)
                + (failure == null ? "" : ", " + failure.getMessage());
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

    void ended(Outcome outcome, long nanos) {
        this.endNanos = nanos;
        this.outcome = outcome;
    }
}
