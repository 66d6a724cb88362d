package dev.sluice.balancer.attempt;

import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.pick.Picking;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.topology.PoolState;
import dev.sluice.balancer.waiting.WaitingRoom;

/** What the requests of a pool share. */
public record AttemptSetup(
        PoolState state, Picking picking, WaitingRoom waiting, RetryBudget budget, HedgeDelay hedgeDelay) {
    PoolSettings settings() {
        return state.settings();
    }
}
