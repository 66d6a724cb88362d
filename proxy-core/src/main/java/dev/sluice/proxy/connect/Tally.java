package dev.sluice.proxy.connect;

import java.util.EnumMap;
import java.util.Map;

/** What a pool has done so far. Guarded by the pool's lock. */
final class Tally {
    long opened;
    long reused;
    long failed;
    long turnedAway;
    private final Map<End, Long> closed = new EnumMap<>(End.class);

    void closed(End why) {
        closed.merge(why, 1L, Long::sum);
    }

    private long count(End why) {
        return closed.getOrDefault(why, 0L);
    }

    PoolStatistics statistics(int active, int idle, int unpooled, int waiting) {
        return new PoolStatistics(
                active,
                idle,
                unpooled,
                waiting,
                opened,
                reused,
                failed,
                turnedAway,
                count(End.IN_USE),
                count(End.IDLE),
                count(End.EXPIRED),
                count(End.DEAD),
                count(End.MOVED),
                count(End.SURPLUS));
    }
}
