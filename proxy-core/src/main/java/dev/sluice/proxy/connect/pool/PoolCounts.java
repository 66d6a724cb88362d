package dev.sluice.proxy.connect.pool;

import java.util.EnumMap;
import java.util.Map;

/** The work of one pool or several so far. Guarded by its owner's lock. */
final class PoolCounts {
    long opened;
    long reused;
    long failed;
    long turnedAway;
    private final Map<End, Long> closed = new EnumMap<>(End.class);

    void closed(End why) {
        closed.merge(why, 1L, Long::sum);
    }

    long count(End why) {
        return closed.getOrDefault(why, 0L);
    }

    void add(PoolCounts other) {
        opened += other.opened;
        reused += other.reused;
        failed += other.failed;
        turnedAway += other.turnedAway;
        other.closed.forEach((why, count) -> closed.merge(why, count, Long::sum));
    }
}
