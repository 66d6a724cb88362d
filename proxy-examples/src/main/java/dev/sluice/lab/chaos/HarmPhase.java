package dev.sluice.lab.chaos;

import dev.sluice.lab.chaos.Harm.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Repeats one kind of fault, at one origin after another or at all at once. After each it checks the shares of the
 * requests.
 */
final class HarmPhase implements Phase {
    /**
     * The largest part of the requests that may get an error while one origin answers with errors: those by which the
     * pool notices it, and one each time that the origin is tried again.
     */
    private static final double MOST_ERRORS = 0.05;

    private static final int STOP_MILLIS = 3_000;

    private final String name;
    private final Kind kind;
    private final int percent;
    private final boolean all;
    private final Toll toll;

    private HarmPhase(String name, Kind kind, int percent, boolean all, Toll toll) {
        this.name = name;
        this.kind = kind;
        this.percent = percent;
        this.all = all;
        this.toll = toll;
    }

    /**
     * One origin answers everything except probes with 500 at once. It is the fastest of all, and nothing else shows
     * the fault.
     */
    static Phase errors() {
        return new HarmPhase("errors", Kind.ERROR, 100, false, Toll.ANSWERS_OF_ORIGINS);
    }

    /** All origins reset a tenth of their requests: before the head, or within the body. */
    static Phase resets() {
        return new HarmPhase("resets", Kind.RESET, 10, true, Toll.WHAT_HAD_BEGUN);
    }

    /** One origin stops for 3 s, and then continues with the requests that it had. */
    static Phase stops() {
        return new HarmPhase("stops", Kind.STOP, 0, false, Toll.NONE);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Toll toll() {
        return toll;
    }

    @Override
    public List<Check> run(Stage stage) throws Exception {
        List<OriginProcess> origins = stage.firstOrigins();
        int millis = kind == Kind.STOP ? STOP_MILLIS : stage.options().harmMillis;
        Harm harm = new Harm(kind, Duration.ZERO, percent, Duration.ofMillis(millis));
        long endNanos = System.nanoTime()
                + Duration.ofSeconds(stage.options().harmSeconds).toNanos();
        List<ShareCount> counts = new ArrayList<>();
        int meanwhile = 0;
        int round = 0;
        do {
            List<OriginProcess> victims = all ? origins : List.of(origins.get(round % origins.size()));
            meanwhile += harm(stage, harm, victims);
            ShareCount count = ShareCount.afterRecovery(stage);
            stage.timeline().say(count.toString());
            counts.add(count);
            round++;
        } while (System.nanoTime() < endNanos);
        List<Check> checks = new ArrayList<>();
        checks.add(ShareCount.check(
                counts, stage.options().shareRequests, stage.options().pool.shareTolerance()));
        if (toll == Toll.ANSWERS_OF_ORIGINS) {
            checks.add(few(stage.tally().failures(toll::has).size(), meanwhile));
        }
        return checks;
    }

    /** The number of requests that were answered in that time. */
    private int harm(Stage stage, Harm harm, List<OriginProcess> victims) throws Exception {
        int before = stage.tally().requests();
        for (OriginProcess victim : victims) {
            stage.timeline().say(victim.name() + " " + harm);
            victim.begin(harm);
        }
        TimeUnit.NANOSECONDS.sleep(harm.lasts().toNanos());
        for (OriginProcess victim : victims) {
            victim.end(harm);
            stage.timeline().say(victim.name() + " is well again");
        }
        return stage.tally().requests() - before;
    }

    private static Check few(int failed, int meanwhile) {
        String what = "of the requests while one origin answered with 500, at most " + Math.round(100 * MOST_ERRORS)
                + " % got that";
        String found = String.format(
                Locale.ROOT, "%d of %d, %.1f %%", failed, meanwhile, 100.0 * failed / Math.max(1, meanwhile));
        return new Check(what, failed <= MOST_ERRORS * meanwhile, found);
    }
}
