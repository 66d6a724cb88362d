package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.connect.ConnectionStatistics;

/** The statistics of several pools, while they are added up. For one thread. */
final class PoolSum {
    private final PoolCounts counts = new PoolCounts();
    private int active;
    private int idle;
    private int unpooled;
    private int waiting;

    /** Adds what a pool has done. */
    void add(PoolCounts done) {
        counts.add(done);
    }

    /** Adds what a pool holds. */
    void add(Places places, IdleLinks links, int open) {
        active += places.taken();
        waiting += places.waiting();
        idle += links.size();
        unpooled += open;
    }

    ConnectionStatistics statistics() {
        return new ConnectionStatistics(
                active,
                idle,
                unpooled,
                waiting,
                counts.opened,
                counts.reused,
                counts.failed,
                counts.turnedAway,
                counts.count(End.IN_USE),
                counts.count(End.IDLE),
                counts.count(End.EXPIRED),
                counts.count(End.DEAD),
                counts.count(End.MOVED),
                counts.count(End.SURPLUS));
    }
}
