package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer;
import java.util.ArrayDeque;
import java.util.Queue;

/** A pool in which a fixed number of requests is in flight: with each that begins, the oldest one ends. */
final class BusyPool {
    private BusyPool() {}

    /** How often each member is picked. */
    static int[] shares(TestPick pick, LoadBalancer strategy, int inFlight, int count) {
        int[] shares = new int[pick.size()];
        Queue<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            int index = strategy.pick(pick);
            shares[index]++;
            pick.begin(index);
            open.add(index);
            if (open.size() > inFlight) {
                pick.end(open.remove());
            }
        }
        return shares;
    }
}
