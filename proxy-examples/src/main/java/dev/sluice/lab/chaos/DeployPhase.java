package dev.sluice.lab.chaos;

import dev.sluice.balancer.drain.Replacement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Rolling deploys: each origin in turn is replaced by a new process, and killed as soon as the pool has removed it. */
final class DeployPhase implements Phase {
    @Override
    public String name() {
        return "deploy";
    }

    @Override
    public Toll toll() {
        return Toll.NONE;
    }

    @Override
    public List<Check> run(Stage stage) throws Exception {
        long endNanos = System.nanoTime()
                + Duration.ofSeconds(stage.options().deploySeconds).toNanos();
        List<OriginProcess> running = new ArrayList<>(stage.firstOrigins());
        int replaced = 0;
        int incomplete = 0;
        for (int version = 2; version == 2 || System.nanoTime() < endNanos; version++) {
            for (int i = 0; i < running.size(); i++) {
                OriginProcess old = running.get(i);
                OriginProcess added = stage.origins().start("origin-" + (i + 1) + ".v" + version);
                Replacement.Report report = replace(stage, old, added);
                old.kill();
                stage.timeline()
                        .say(old.name() + " -> " + added.name() + " in "
                                + report.took().toMillis() + " ms; the old one: " + report.removed());
                running.set(i, added);
                replaced++;
                incomplete += report.removed().complete() ? 0 : 1;
            }
        }
        return List.of(
                new Check("all three origins are replaced", replaced >= running.size(), replaced + " replacements"),
                Check.none("replacements that left a request at the old origin", incomplete));
    }

    private static Replacement.Report replace(Stage stage, OriginProcess old, OriginProcess added) throws Exception {
        int weight =
                stage.front().pool().snapshot().member(old.name()).orElseThrow().weight();
        return stage.front()
                .pool()
                .replace(old.name(), Stage.member(added, weight))
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
    }
}
