package dev.sluice.balancer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts at a member that run, in the order in which they began: a linked list through the leases themselves, as
 * each attempt is put in and taken out once. Safe for use by many threads.
 */
final class RunningLeases {
    private @Nullable PoolLease first;
    private @Nullable PoolLease last;

    synchronized void add(PoolLease lease) {
        lease.before = last;
        if (last == null) {
            first = lease;
        } else {
            last.after = lease;
        }
        last = lease;
    }

    /** Takes one out; of no effect when it is not in. */
    synchronized void remove(PoolLease lease) {
        if (lease.before == null && first != lease) {
            return;
        }
        if (lease.before == null) {
            first = lease.after;
        } else {
            lease.before.after = lease.after;
        }
        if (lease.after == null) {
            last = lease.before;
        } else {
            lease.after.before = lease.before;
        }
        lease.before = null;
        lease.after = null;
    }

    synchronized List<PoolLease> all() {
        List<PoolLease> all = new ArrayList<>();
        for (PoolLease lease = first; lease != null; lease = lease.after) {
            all.add(lease);
        }
        return all;
    }
}
