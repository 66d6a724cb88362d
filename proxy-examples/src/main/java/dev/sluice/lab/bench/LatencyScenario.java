package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a proxy adds to the time of a request where nothing is overloaded: at half of the rate that the slowest of
 * the chosen proxies reaches, the same for all, by a {@link ScheduledLoad}. The origin is measured without a proxy too, and
 * what a proxy adds is the difference of its percentiles to the origin's.
 */
final class LatencyScenario implements Scenario {
    private static final int PEAK_CONNECTIONS = 64;

    /** More than are needed, unless a server stands still for longer than 25 ms at 10,000 requests a second. */
    private static final int CONNECTIONS = 256;

    /** A place that is asked: the origin, or a proxy. */
    private record Target(String name, int port, List<ScheduledLoad.Result> rounds) {
        double median(ToDoubleFunction<ScheduledLoad.Result> figure) {
            return Samples.median(rounds.stream().mapToDouble(figure).toArray());
        }

        double micros(double percent) {
            return median(round -> round.latencies().percentileMicros(percent));
        }

        String errors() {
            return rounds.stream()
                    .map(ScheduledLoad.Result::errors)
                    .filter(errors -> !errors.isEmpty())
                    .findFirst()
                    .orElse("");
        }
    }

    @Override
    public String title() {
        return "Latency of 1 KB GETs at half of the slowest proxy's rate, from when each was due";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "asked",
                "due/s",
                "sent/s",
                "p50 us",
                "p99 us",
                "p99.9 us",
                "adds p50",
                "adds p99",
                "adds p99.9",
                "sent late p99 us",
                "client CPU",
                "errors");
        try (Origin origin = lab.origin(1)) {
            List<Subject> subjects = lab.startAll(origin.addresses());
            int rate = half(lab.compare(subjects, "/1k", PEAK_CONNECTIONS));
            List<Target> targets = new ArrayList<>();
            targets.add(new Target("the origin", origin.port(), new ArrayList<>()));
            subjects.forEach(each -> targets.add(new Target(each.name(), each.port(), new ArrayList<>())));
            for (int round = 0; round < lab.rounds(); round++) {
                for (Target target : targets) {
                    measure(lab, target, rate);
                }
            }
            subjects.forEach(Subject::close);
            for (int i = 0; i < targets.size(); i++) {
                row(table, targets.get(i), i == 0 ? null : targets.get(0), rate);
            }
        }
        return table;
    }

    /** Half of the slowest one's rate. */
    private static int half(List<Samples> peaks) {
        double slowest = peaks.stream().mapToDouble(Samples::perSecond).min().orElseThrow();
        return Math.max(1, (int) (slowest / 2));
    }

    private static void measure(Lab lab, Target target, int rate) throws IOException, InterruptedException {
        ScheduledLoad.Result result = ScheduledLoad.run(target.port(), CONNECTIONS, rate, lab.seconds());
        target.rounds().add(result);
        lab.say(target.name() + ", " + rate + "/s due: p99 "
                + Table.number(result.latencies().percentileMicros(99)) + " us");
        if (!result.errors().isEmpty()) {
            lab.invalid(target.name() + ": " + result.errors());
        }
    }

    /** Adds the row of a proxy, or of the origin, to which there is nothing to add. */
    private static void row(Table table, Target target, @Nullable Target origin, int rate) {
        table.row(
                target.name(),
                Table.number(rate),
                Table.number(target.median(ScheduledLoad.Result::sentPerSecond)),
                Table.number(target.micros(50)),
                Table.number(target.micros(99)),
                Table.number(target.micros(99.9)),
                added(target, origin, 50),
                added(target, origin, 99),
                added(target, origin, 99.9),
                Table.number(target.median(ScheduledLoad.Result::lateMicros)),
                Math.round(target.median(ScheduledLoad.Result::cpu) * 100) + " %",
                Lab.validity(target.errors()));
    }

    private static String added(Target target, @Nullable Target origin, double percent) {
        return origin == null ? "" : Table.number(target.micros(percent) - origin.micros(percent));
    }
}
