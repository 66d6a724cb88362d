package dev.sluice.proxy.transport.direct.listener;

import java.util.concurrent.atomic.LongAdder;

/** What a listener's connections have done so far, for statistics. Safe for use by many threads. */
final class ListenerCounts {
    private final LongAdder refused = new LongAdder();
    private final LongAdder streamsBegun = new LongAdder();
    private final LongAdder streamsEnded = new LongAdder();
    private final LongAdder handshakes = new LongAdder();
    private final LongAdder handshakesFailed = new LongAdder();
    private final LongAdder handshakeNanos = new LongAdder();

    /** There was no room for a connection. */
    void refused() {
        refused.increment();
    }

    /** A stream of HTTP/2 has a request. */
    void streamBegun() {
        streamsBegun.increment();
    }

    /** Its request is no longer at work. */
    void streamEnded() {
        streamsEnded.increment();
    }

    /** A TLS handshake is done. */
    void handshake(long nanos) {
        // In this order: whoever sees that it is done sees its time too.
        handshakeNanos.add(nanos);
        handshakes.increment();
    }

    /** A connection has ended without its handshake. */
    void handshakeFailed() {
        handshakesFailed.increment();
    }

    long refusedSoFar() {
        return refused.sum();
    }

    long streamsSoFar() {
        return streamsBegun.sum();
    }

    /** The streams at work. */
    int streams() {
        // In this order: an end is counted behind its begin, so the difference is never below zero.
        long ended = streamsEnded.sum();
        return (int) (streamsBegun.sum() - ended);
    }

    long handshakesSoFar() {
        return handshakes.sum();
    }

    long handshakesFailedSoFar() {
        return handshakesFailed.sum();
    }

    long handshakeNanos() {
        return handshakeNanos.sum();
    }
}
