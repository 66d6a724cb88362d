package dev.sluice.balancer.eject;

import dev.sluice.balancer.outlier.PassiveHealth;

/** The members of a pool, with which one is compared before it is ejected. Consistent within a transition. */
public interface Peers {
    /** How many members there are. */
    int all();

    /** How many would get requests without their failures: neither drained nor down. */
    int up();

    /** How many of those are not ejected. */
    int inUse();

    /** What their own requests say about those that are in use. */
    Iterable<PassiveHealth> healthOfThoseInUse();
}
