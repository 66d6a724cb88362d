package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the cost of idle connections: 10,000 kept connections that have each had one request, together with 64 busy
 * ones, compared with the same 64 alone. If a process may not have that many open files, there are fewer.
 */
final class IdleScenario implements Scenario {
    private static final int WANTED = 10_000;
    private static final int ACTIVE = 64;

    /** The number of other files that a process needs, such as connections to the origin. */
    private static final int OTHER_FILES = 2_000;

    private final int idle = (int) Math.min(WANTED, Environment.openFilesLimit() - OTHER_FILES);

    @Override
    public String title() {
        return idle + " idle connections" + (idle < WANTED ? " (limited by open files)" : "") + ", " + ACTIVE
                + " busy ones beside them";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "proxy",
                "RSS MB before",
                "RSS MB with idle",
                "KB each",
                "threads",
                "busy/s alone",
                "busy/s beside",
                "ratio",
                "p99 ms alone",
                "p99 ms beside",
                "errors");
        try (Origin origin = lab.origin(1)) {
            List<Subject> subjects = lab.startAll(origin.addresses());
            List<Rounds> results = new ArrayList<>();
            for (Subject subject : subjects) {
                lab.warm(subject, "/1k", ACTIVE);
                results.add(new Rounds(subject.name()));
            }
            for (int round = 0; round < lab.rounds(); round++) {
                for (int i = 0; i < subjects.size(); i++) {
                    measure(lab, subjects.get(i), results.get(i));
                }
            }
            subjects.forEach(Subject::close);
            results.forEach(each -> each.addTo(table, idle));
        }
        return table;
    }

    private void measure(Lab lab, Subject subject, Rounds rounds) throws IOException, InterruptedException {
        rounds.alone.add(lab.sample(subject, "/1k", ACTIVE));
        try (IdleConnections connections = IdleConnections.open(subject.port(), idle)) {
            ProcessUsage usage = subject.usage();
            rounds.rss.add((double) usage.rssBytes());
            rounds.threads.add((double) usage.threads());
            rounds.beside.add(lab.sample(subject, "/1k", ACTIVE));
            int lost = connections.closed();
            if (lost > 0) {
                rounds.lost = lost;
                lab.invalid(subject.name() + " closed " + lost + " idle connections");
            }
        }
    }

    /** The figures of one proxy's rounds. */
    private static final class Rounds {
        private final Samples alone;
        private final Samples beside;
        private final List<Double> rss = new ArrayList<>();
        private final List<Double> threads = new ArrayList<>();
        private int lost;

        private Rounds(String proxy) {
            alone = new Samples(proxy);
            beside = new Samples(proxy);
        }

        private void addTo(Table table, int idle) {
            double with = Samples.median(rss);
            String errors = lost > 0 ? lost + " idle connections closed" : alone.errors() + beside.errors();
            table.row(
                    alone.proxy(),
                    Table.megabytes(alone.rssBytes()),
                    Table.megabytes(with),
                    Table.number((with - alone.rssBytes()) / Origin.KILOBYTE / idle),
                    String.valueOf(Math.round(Samples.median(threads))),
                    Table.number(alone.perSecond()),
                    Table.number(beside.perSecond()),
                    Table.ratio(beside.perSecond(), alone.perSecond()),
                    Table.millis(alone.p99Micros()),
                    Table.millis(beside.p99Micros()),
                    Lab.validity(errors));
        }
    }
}
