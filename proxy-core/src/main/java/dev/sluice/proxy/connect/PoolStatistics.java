package dev.sluice.proxy.connect;

/**
 * What a {@link Connector} holds and has done, for one destination or in all. Exact at the moment when it was taken:
 * {@code opened} is the sum of {@code active}, {@code idle}, {@code unpooled} and all that are closed, less those
 * being opened.
 *
 * @param active connections of {@link Connector#acquire} in use or being opened
 * @param idle connections that wait for the next request
 * @param unpooled connections of {@link Connector#open} in use or being opened
 * @param waiting acquisitions that wait for a connection
 * @param opened connections opened so far
 * @param reused times that an idle connection was used again
 * @param failed times that no connection could be opened
 * @param turnedAway acquisitions that found the queue full, or waited in it for too long
 * @param closedInUse connections closed by their user, or not fit for another request when they were released
 * @param closedIdle idle connections closed because nobody used them for too long
 * @param closedExpired connections closed at the end of their lifetime
 * @param closedDead idle connections that the origin had closed, or sent something unasked on
 * @param closedMoved connections to addresses that the name no longer has
 * @param closedSurplus idle connections closed for a limit, or with the connector
 */
public record PoolStatistics(
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
    static final PoolStatistics NONE = new PoolStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** All connections closed so far. */
    public long closed() {
        return closedInUse + closedIdle + closedExpired + closedDead + closedMoved + closedSurplus;
    }

    PoolStatistics plus(PoolStatistics other) {
        return new PoolStatistics(
                active + other.active,
                idle + other.idle,
                unpooled + other.unpooled,
                waiting + other.waiting,
                opened + other.opened,
                reused + other.reused,
                failed + other.failed,
                turnedAway + other.turnedAway,
                closedInUse + other.closedInUse,
                closedIdle + other.closedIdle,
                closedExpired + other.closedExpired,
                closedDead + other.closedDead,
                closedMoved + other.closedMoved,
                closedSurplus + other.closedSurplus);
    }
}
