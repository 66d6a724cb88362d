package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.List;

/** Measures the cost of moving bytes: bodies of 64 KB and of 10 MB. */
final class BodiesScenario implements Scenario {
    @Override
    public String title() {
        return "Bodies: 64 KB over 64 connections, 10 MB over 8";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table("body", "proxy", "MB/s", "ratio", "p99 ms", "CPU us/MB", "ratio", "RSS MB", "errors");
        try (Origin origin = lab.origin(1)) {
            List<Subject> subjects = lab.startAll(origin.addresses());
            measure(lab, table, subjects, "64 KB", "/64k", 64, 64.0 / 1024);
            measure(lab, table, subjects, "10 MB", "/10m", 8, 10);
            subjects.forEach(Subject::close);
        }
        return table;
    }

    private static void measure(
            Lab lab, Table table, List<Subject> subjects, String body, String path, int connections, double megabytes)
            throws IOException, InterruptedException {
        List<Samples> results = lab.compare(subjects, path, connections);
        Samples first = results.get(0);
        for (Samples each : results) {
            table.row(
                    body,
                    each.proxy(),
                    Table.number(each.perSecond() * megabytes),
                    Table.ratio(each.perSecond(), first.perSecond()),
                    Table.millis(each.p99Micros()),
                    Table.number(each.cpuMicros() / megabytes),
                    Table.ratio(each.cpuMicros(), first.cpuMicros()),
                    Table.megabytes(each.rssBytes()),
                    Lab.validity(each.errors()));
        }
    }
}
