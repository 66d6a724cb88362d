package dev.sluice.proxy.spi;

import java.util.Map;

/** A member of a topology, as a strategy sees it. Counts are live and may change between two calls. */
public interface Candidate {
    /** The place in the topology, from 0. */
    int index();

    /** The id, which stays the same from topology to topology. */
    String id();

    /** The weight: at least 1; twice the weight means twice the share. */
    int weight();

    /** The attempts at this member that have not ended. */
    int inFlight();

    /** The moving average of the time to a response's head in nanoseconds, or 0 while none has come. */
    long latencyNanos();

    /**
     * An average of the same times that follows a longer one at once and forgets it slowly, at the time {@code nanos},
     * or 0 while none has come: the peak-sensitive moving average of Finagle ({@code PeakEwma}).
     */
    long peakLatencyNanos(long nanos);

    /**
     * The failed attempts of the last second or so, at the time {@code nanos}: each counts as one when it fails, and
     * then fades. A strategy that uses load adds it to the attempts in flight, as a member that fails at once would
     * otherwise look idle. None by default.
     */
    default double failing(long nanos) {
        return 0;
    }

    /** The user's own labels, such as a zone. */
    Map<String, String> tags();
}
