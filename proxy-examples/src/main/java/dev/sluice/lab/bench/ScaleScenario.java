package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what grows with upstreams and connections: 1, 10 and 1,000 upstreams, each with 64, 1,000 and 5,000
 * connections.
 */
final class ScaleScenario implements Scenario {
    private static final List<Integer> UPSTREAMS = List.of(1, 10, 1_000);
    private static final List<Integer> CONNECTIONS = List.of(64, 1_000, 5_000);

    @Override
    public String title() {
        return "1 KB GETs by number of upstreams and connections";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "upstreams",
                "connections",
                "proxy",
                "requests/s",
                "ratio",
                "p99 ms",
                "CPU us/request",
                "RSS MB",
                "errors");
        try (Origins origins = lab.originForEach(UPSTREAMS.get(UPSTREAMS.size() - 1))) {
            for (int upstreams : UPSTREAMS) {
                List<Subject> subjects = new ArrayList<>();
                for (String name : lab.proxies()) {
                    Origin own = origins.each().get(subjects.size());
                    subjects.add(lab.start(name, own.addresses().subList(0, upstreams)));
                }
                for (int connections : CONNECTIONS) {
                    measure(lab, table, subjects, upstreams, connections);
                }
                subjects.forEach(Subject::close);
            }
        }
        return table;
    }

    private static void measure(Lab lab, Table table, List<Subject> subjects, int upstreams, int connections)
            throws IOException, InterruptedException {
        List<Samples> results = lab.compare(subjects, "/1k", connections);
        Samples first = results.get(0);
        for (Samples each : results) {
            table.row(
                    String.valueOf(upstreams),
                    String.valueOf(connections),
                    each.proxy(),
                    Table.number(each.perSecond()),
                    Table.ratio(each.perSecond(), first.perSecond()),
                    Table.millis(each.p99Micros()),
                    Table.number(each.cpuMicros()),
                    Table.megabytes(each.rssBytes()),
                    Lab.validity(each.errors()));
        }
    }
}
