package dev.sluice.proxy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an upstream, from the pick to the last byte of its response. Times are nanoseconds of the exchange's
 * time source. Read-only. Safe for use by many threads; complete once {@link #outcome()} is not null.
 */
public sealed interface AttemptRecord permits AttemptNotes {
    /** 1 for the first attempt of the exchange. */
    int number();

    /** The id of the upstream. */
    String upstream();

    /** When the request was given to the upstream. */
    long beginNanos();

    /** When the response's head came, or -1. */
    long headNanos();

    /** The same time on the wall clock, as it was when the exchange began, or null. */
    @Nullable
    Instant headAt();

    /** When the attempt ended, or -1. */
    long endNanos();

    /** The status that the upstream answered with, or 0. */
    int status();

    /** The upstream's own {@code Date}, or null if it sent none that can be read. */
    @Nullable
    Instant date();

    /** How far the request got, or null while that is not known. */
    @Nullable
    Delivery delivery();

    /** The exception, or null. */
    @Nullable
    Throwable failure();

    /** How the attempt ended, or null while it goes on. */
    @Nullable
    Outcome outcome();

    /** The attempt in a few words, as the record's explanation shows it. */
    @Override
    String toString();
}
