package dev.sluice.examples.recipes;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.drain.DrainPolicy;
import dev.sluice.balancer.drain.ReplacePolicy;
import dev.sluice.balancer.drain.ReplaceReport;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A deploy that no client notices: each server of a pool gives way to its successor, one after the other. */
public final class RollingDeploy {
    private static final ReplacePolicy POLICY = ReplacePolicy.DEFAULT
            .withUpWithin(Duration.ofMinutes(2))
            .withDrain(DrainPolicy.within(Duration.ofSeconds(30)));

    private RollingDeploy() {}

    /**
     * Replaces members, each once the one before has left: the new one is probed and warmed up, then the old one drains. A
     * new one that does not come up ends the deploy, and the old one stays.
     *
     * @param successors the new server for the id of each old one, in the order to go by
     */
    public static CompletionStage<ReplaceReport> deploy(UpstreamPool pool, Map<String, String> successors) {
        CompletionStage<ReplaceReport> last = CompletableFuture.completedStage(null);
        for (Map.Entry<String, String> successor : successors.entrySet()) {
            last = last.thenCompose(
                    before -> pool.replace(successor.getKey(), Member.at(successor.getValue()), POLICY));
        }
        return last;
    }
}
