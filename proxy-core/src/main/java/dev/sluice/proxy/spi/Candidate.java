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

    /** The attempts that have been given to this member and have not ended. */
    int inFlight();

    /** The moving average of the time to a response's head in nanoseconds, or 0 while none has come. */
    long latencyNanos();

    /**
     * An average of the same that follows a longer time at once and forgets it slowly, as it is at {@code nanos}, or 0
     * while none has come: the peak-sensitive moving average of Finagle ({@code PeakEwma}).
     */
    long peakLatencyNanos(long nanos);

    /**
     * The attempts of the last second or so that have failed, each of which counts as one when it fails and fades away, as
     * it is at {@code nanos}. A strategy that goes by load adds it to the attempts in flight, as a member that fails at
     * once would look idle otherwise. None by default.
     */
    default double failing(long nanos) {
        return 0;
    }

    /** The user's own labels, such as a zone. */
    Map<String, String> tags();
}
