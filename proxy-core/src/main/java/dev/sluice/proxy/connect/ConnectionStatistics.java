package dev.sluice.proxy.connect;

/**
 * What a {@link dev.sluice.proxy.transport.direct.Connector} holds and has done, for one destination or in total. Exact
 * at one moment: {@code opened} is the sum of {@code active}, {@code idle}, {@code unpooled} and all closed ones, minus
 * those being opened.
 *
 * @param active connections for requests that are in use or being opened
 * @param idle connections that wait for the next request
 * @param unpooled connections that are never pooled, for tunnels, checks and HTTP/2, in use or being opened
 * @param waiting requests that wait for a connection
 * @param opened connections opened so far
 * @param reused times that an idle connection was used again
 * @param failed times that no connection could be opened
 * @param turnedAway requests that found the queue full, or waited in it too long
 * @param closedInUse connections closed by their user, or not fit for another request when they were released
 * @param closedIdle idle connections closed because nobody used them for too long
 * @param closedExpired connections closed at the end of their lifetime
 * @param closedDead idle connections that the origin had closed, or on which it sent something without a request
 * @param closedMoved connections to addresses that the name no longer has
 * @param closedSurplus idle connections closed for a limit, or with the connector
 */
public record ConnectionStatistics(
        int active,
        int idle,
        int unpooled,
        int waiting,
        long opened,
        long reused,
        long failed,
        long turnedAway,
        long closedInUse,
        long closedIdle,
        long closedExpired,
        long closedDead,
        long closedMoved,
        long closedSurplus) {
    /** All connections closed so far. */
    public long closed() {
        return closedInUse + closedIdle + closedExpired + closedDead + closedMoved + closedSurplus;
    }
}
