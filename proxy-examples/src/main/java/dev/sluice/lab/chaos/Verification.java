package dev.sluice.lab.chaos;

import dev.sluice.balancer.PoolSnapshot;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.lab.chaos.Answer.Verdict;
import dev.sluice.lab.chaos.Tally.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The checks at the end of every phase. */
final class Verification {
    private static final int SHOWN = 8;
    /** The smallest part of the rate. A client that waits for a slow answer does not make up for it. */
    private static final double LEAST_PART = 0.75;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private Verification() {}

    /** Checks everything after the load has ended. */
    static List<Check> of(Stage stage, Toll toll) throws IOException, InterruptedException {
        List<Check> checks = new ArrayList<>();
        checks.add(steady(stage));
        checks.add(Check.none(toll.unexpected(), unexpected(stage, toll).size()));
        checks.add(Check.none(
                "responses that look complete but are not, of " + count(stage, Verdict.ABORTED) + " aborted",
                count(stage, Verdict.WRONG)));
        RequestIds ids = stage.origins().ids();
        checks.add(Check.none(
                "non-idempotent requests that were acted on twice, of "
                        + ids.counts().size() + " that were acted on",
                ids.repeated().size()));
        checks.add(Check.none(
                "non-idempotent requests that were answered but not acted on",
                ids.missing(stage.tally().posted()).size()));
        checks.add(inFlight(stage));
        return checks;
    }

    /** The first failures that must not happen, with the proxy's explanations. */
    static List<String> explanations(Stage stage, Toll toll) throws IOException {
        RequestIds ids = stage.origins().ids();
        Stream<String> failures = unexpected(stage, toll).stream()
                .map(each -> each.asked() + " " + each.answer().verdict() + ", "
                        + each.answer().detail() + "\n"
                        + stage.exchanges().explanation(each.asked().id()));
        Stream<String> repeated = ids.repeated().stream()
                .map(id -> "acted on twice: " + id + "\n" + stage.exchanges().explanation(id));
        return Stream.concat(failures.limit(SHOWN), repeated.limit(SHOWN)).toList();
    }

    private static List<Failure> unexpected(Stage stage, Toll toll) {
        return stage.tally().failures(each -> !toll.has(each));
    }

    private static int count(Stage stage, Verdict verdict) {
        return stage.tally()
                .failures(each -> each.answer().verdict() == verdict)
                .size();
    }

    private static Check steady(Stage stage) {
        int wanted = stage.options().rate;
        String found = stage.tally().requests() + " requests, " + Math.round(stage.rate()) + " a second";
        return new Check("the load was steady", stage.rate() >= LEAST_PART * wanted, found);
    }

    private static Check inFlight(Stage stage) throws InterruptedException {
        long giveUpNanos = System.nanoTime() + PATIENCE_NANOS;
        while (left(stage) != 0 && System.nanoTime() < giveUpNanos) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        PoolSnapshot pool = stage.front().pool().snapshot();
        long ofMembers =
                pool.members().stream().mapToLong(MemberSnapshot::inFlight).sum();
        String found =
                stage.front().inFlight() + " exchanges, " + pool.inFlight() + " attempts of the pool, " + ofMembers
                        + " of its members, " + pool.parked() + " parked; "
                        + stage.exchanges().begunAttempts() + " attempts begun, "
                        + stage.exchanges().endedAttempts() + " ended";
        return new Check("nothing is in flight at the end", left(stage) == 0, found);
    }

    private static long left(Stage stage) {
        PoolSnapshot pool = stage.front().pool().snapshot();
        long ofMembers = pool.members().stream()
                .mapToLong(each -> Math.abs(each.inFlight()))
                .sum();
        return stage.front().inFlight()
                + Math.abs(pool.inFlight())
                + ofMembers
                + pool.parked()
                + Math.abs(stage.exchanges().begunAttempts() - stage.exchanges().endedAttempts());
    }
}
