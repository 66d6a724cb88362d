package dev.sluice.lab.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Storms and calms in turn. In a storm one or two random origins are harmed in random ways. One origin is always
 * spared, so that never all are out. In the calm after it all come back, and the shares of the next requests are
 * counted.
 */
final class ChaosPhase implements Phase {
    @Override
    public String name() {
        return "chaos";
    }

    @Override
    public Toll toll() {
        return Toll.WHAT_HAD_BEGUN;
    }

    @Override
    public List<Check> run(Stage stage) throws Exception {
        Random random = new Random(stage.options().seed);
        long endNanos =
                System.nanoTime() + Duration.ofSeconds(stage.options().seconds).toNanos();
        List<ShareCount> counts = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            do {
                storm(stage, random, threads);
                ShareCount count = ShareCount.afterRecovery(stage);
                stage.timeline().say(count.toString());
                if (!count.good()) {
                    stage.timeline().repeat();
                }
                counts.add(count);
            } while (System.nanoTime() < endNanos);
        } finally {
            threads.shutdownNow();
        }
        return List.of(ShareCount.check(
                counts, stage.options().shareRequests, stage.options().pool.shareTolerance()));
    }

    private static void storm(Stage stage, Random random, ExecutorService threads) throws Exception {
        List<OriginProcess> victims = new ArrayList<>(stage.firstOrigins());
        Collections.shuffle(victims, random);
        List<Callable<Void>> storms = new ArrayList<>();
        for (OriginProcess victim : victims.subList(0, random.nextInt(3) == 0 ? 1 : 2)) {
            List<Harm> harms = Harm.any(random);
            storms.add(() -> harm(stage.timeline(), victim, harms));
        }
        for (Future<Void> storm : threads.invokeAll(storms)) {
            storm.get();
        }
    }

    private static Void harm(Timeline timeline, OriginProcess victim, List<Harm> harms) throws Exception {
        for (Harm harm : harms) {
            TimeUnit.NANOSECONDS.sleep(harm.pause().toNanos());
            timeline.say(victim.name() + " " + harm);
            victim.begin(harm);
            if (harm.kind() != Harm.Kind.RESTART) {
                TimeUnit.NANOSECONDS.sleep(harm.lasts().toNanos());
            }
            victim.end(harm);
            timeline.say(victim.name() + " is well again");
        }
        return null;
    }
}
