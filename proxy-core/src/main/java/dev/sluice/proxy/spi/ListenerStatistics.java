package dev.sluice.proxy.spi;

/**
 * The connections of one listener's clients: those that are open now, and what there has been since it began. The numbers of
 * one answer are of nearly the same moment. Immutable.
 *
 * @param active connections with a request at work
 * @param idle connections that wait for the next request, or are about to end
 * @param halfRead connections that wait for a TLS handshake, or for the rest of a request's head
 * @param opened connections accepted so far
 * @param closed connections closed so far
 * @param refused connections for which there was no room, so that they were closed at once; they are not among the others
 * @param streams streams of HTTP/2 with a request at work
 * @param streamsOpened streams of HTTP/2 that got a request so far
 * @param tunnels tunnels that are open, such as of WebSocket and CONNECT; each is a request at work too
 * @param handshakes TLS handshakes that were done so far
 * @param handshakesFailed connections of a listener with TLS that ended without a handshake
 * @param handshakeNanos how long the handshakes that were done have taken in all
 */
public record ListenerStatistics(
        int active,
        int idle,
        int halfRead,
        long opened,
        long closed,
        long refused,
        int streams,
        long streamsOpened,
        int tunnels,
        long handshakes,
        long handshakesFailed,
        long handshakeNanos) {}
