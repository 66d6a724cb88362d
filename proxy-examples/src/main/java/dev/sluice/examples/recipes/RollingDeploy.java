package dev.sluice.examples.recipes;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.drain.Replacement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A rolling deploy that no client notices: the servers of a pool are replaced one after another. */
public final class RollingDeploy {
    private static final Replacement POLICY =
            Replacement.DEFAULT.withUpWithin(Duration.ofMinutes(2)).withDrain(Drain.within(Duration.ofSeconds(30)));

    private RollingDeploy() {}

    /**
     * Replaces members, each after the previous one has left: the new one is probed and warmed up, then the old one
     * finishes its requests and is removed. If a new one does not come up, the deploy ends there, and the old one
     * stays.
     *
     * @param successors the id of each old member and the URL of its new one, in the order of replacement
     * @return the report about the last replacement; it fails if the deploy ended early
     */
    public static CompletionStage<Replacement.Report> deploy(UpstreamPool pool, Map<String, String> successors) {
        CompletionStage<Replacement.Report> last = CompletableFuture.completedStage(null);
        for (Map.Entry<String, String> successor : successors.entrySet()) {
            last = last.thenCompose(
                    before -> pool.replace(successor.getKey(), Member.at(successor.getValue()), POLICY));
        }
        return last;
    }
}
