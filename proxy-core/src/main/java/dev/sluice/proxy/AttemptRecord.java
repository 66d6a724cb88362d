package dev.sluice.proxy;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an upstream, from the pick to the last byte of its response. Times are nanoseconds of the exchange's
 * time source. Read-only. Safe for use by many threads; complete once {@link #outcome()} is not null.
 */
public sealed interface AttemptRecord permits AttemptNotes {
    /** 1 for the first attempt of the exchange. */
    int number();

    /** Why it was made. */
    Reason reason();

    /** The id of the upstream. */
    String upstream();

    /** The tags of the pool's member, in the order of their names; empty for an upstream without any. Immutable. */
    Map<String, String> tags();

    /** When the request was given to the upstream. */
    long beginNanos();

    /** When the response's head came, or -1. */
    long headNanos();

    /** The same time on the wall clock, as it was when the exchange began, or null. */
    @Nullable
    Instant headAt();

    /**
     * How long it has waited for a connection to the origin while all were in use, or while another request opened one of
     * HTTP/2; 0 if it did not wait. Only the direct transport knows this.
     */
    long connectionWaitNanos();

    /**
     * How long it took to open a connection for it: from the look-up of the name until one of its addresses had accepted. -1
     * if it was given an open one, and over another transport than the direct one.
     */
    long connectNanos();

    /** How long the TLS handshake on that connection took, or -1 if there was none. */
    long handshakeNanos();

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

    /** Why an attempt was made. Later versions may add values, so a {@code switch} needs a default. */
    enum Reason {
        /** It is the first one of its request. */
        FIRST,
        /** Those before it have failed, or their responses were dropped. */
        RETRY,
        /** Another one was slow, and still ran when it began. */
        HEDGE
    }

    /** The attempt in a few words, as the record's explanation shows it. */
    @Override
    String toString();
}
