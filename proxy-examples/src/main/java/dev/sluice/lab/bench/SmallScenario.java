package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.List;

/** Measures the cost of a small request: GETs of 1 KB over kept connections. */
final class SmallScenario implements Scenario {
    private final int connections;

    SmallScenario(int connections) {
        this.connections = connections;
    }

    @Override
    public String title() {
        return "1 KB GETs, " + connections + " kept connections";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "proxy",
                "requests/s",
                "ratio",
                "p50 ms",
                "p99 ms",
                "CPU us/request",
                "ratio",
                "RSS MB",
                "peak MB",
                "errors");
        try (Origin origin = lab.origin(1)) {
            List<Subject> subjects = lab.startAll(origin.addresses());
            List<Samples> results = lab.compare(subjects, "/1k", connections);
            subjects.forEach(Subject::close);
            Samples first = results.get(0);
            for (Samples each : results) {
                table.row(
                        each.proxy(),
                        Table.number(each.perSecond()),
                        Table.ratio(each.perSecond(), first.perSecond()),
                        Table.millis(each.p50Micros()),
                        Table.millis(each.p99Micros()),
                        Table.number(each.cpuMicros()),
                        Table.ratio(each.cpuMicros(), first.cpuMicros()),
                        Table.megabytes(each.rssBytes()),
                        Table.megabytes(each.peakBytes()),
                        Lab.validity(each.errors()));
            }
        }
        return table;
    }
}
