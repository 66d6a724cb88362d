package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.time.Signal;

/** An acquisition in the queue of a pool. */
final class Waiter {
    final Connection slot;

    /** Fires when the place in the queue has become a connection, or will not. */
    final Signal signal = new Signal();

    /** Guarded by the pool's lock. */
    boolean granted;

    Waiter(Connection slot) {
        this.slot = slot;
    }
}
