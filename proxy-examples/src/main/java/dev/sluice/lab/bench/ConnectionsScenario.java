package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what grows with the connections of clients: 64, 1,000 and 5,000, each of which sends the next request as soon
 * as the previous one is answered. They are opened, and have had a request each, before the measured time. Each proxy may
 * open as many connections to the origin as there are clients, and a few more, as nginx cannot let requests wait for one.
 */
final class ConnectionsScenario implements Scenario {
    private static final List<Integer> CONNECTIONS = List.of(64, 1_000, 5_000);

    private static final int ORIGIN_CONNECTIONS = 6_000;

    @Override
    public String title() {
        return "1 KB GETs by number of clients' connections, at most " + Table.number(ORIGIN_CONNECTIONS)
                + " to the origin";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "connections",
                "proxy",
                "requests/s",
                "ratio",
                "p50 ms",
                "p99 ms",
                "CPU us/request",
                "ratio",
                "RSS MB",
                "errors");
        try (Origins origins = lab.originForEach(1)) {
            List<Subject> subjects = new ArrayList<>();
            for (String name : lab.proxies()) {
                Setup setup = Setup.to(origins.each().get(subjects.size()).addresses());
                subjects.add(lab.start(name, setup.withOriginConnections(ORIGIN_CONNECTIONS)));
            }
            for (int connections : CONNECTIONS) {
                rows(table, connections, measure(lab, subjects, connections));
            }
            subjects.forEach(Subject::close);
        }
        return table;
    }

    private static List<Samples> measure(Lab lab, List<Subject> subjects, int connections)
            throws IOException, InterruptedException {
        return lab.compare(subjects, subject -> lab.warm(subject, "/1k", connections), subject -> {
            try (IdleConnections open = IdleConnections.open(subject.port(), connections)) {
                return lab.sample(subject, connections + " open connections", () -> KeptLoad.run(open, lab.seconds()));
            }
        });
    }

    private static void rows(Table table, int connections, List<Samples> results) {
        Samples first = results.get(0);
        for (Samples each : results) {
            table.row(
                    String.valueOf(connections),
                    each.proxy(),
                    Table.number(each.perSecond()),
                    Table.ratio(each.perSecond(), first.perSecond()),
                    Table.millis(each.p50Micros()),
                    Table.millis(each.p99Micros()),
                    Table.number(each.cpuMicros()),
                    Table.ratio(each.cpuMicros(), first.cpuMicros()),
                    Table.megabytes(each.rssBytes()),
                    Lab.validity(each.errors()));
        }
    }
}
