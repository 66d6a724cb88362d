package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.List;

/**
 * Measures TLS between client and proxy, with the same key of EC on P-256 for all: a full handshake and a request on each
 * connection, and requests on kept connections. The origin is reached without TLS. Not for the bare loop.
 */
final class TlsScenario implements Scenario {
    private static final int CONNECTIONS = 64;

    @Override
    public String title() {
        return "TLS: a handshake for each 1 KB GET, and 1 KB GETs over " + CONNECTIONS + " kept connections";
    }

    @Override
    public boolean isFor(String proxy) {
        return !Subject.kind(proxy).equals("bare");
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "connections", "proxy", "requests/s", "ratio", "p99 ms", "CPU us/request", "ratio", "RSS MB", "errors");
        try (Origin origin = lab.origin(1)) {
            Setup setup = Setup.to(origin.addresses()).withTls(lab.keys());
            List<Subject> subjects = lab.startAll(setup);
            measure(lab, table, subjects, "new", Handshakes::run);
            Wrk wrk = new Wrk("https");
            measure(lab, table, subjects, "kept", (port, seconds) -> wrk.run(port, "/1k", CONNECTIONS, seconds));
            subjects.forEach(Subject::close);
        }
        return table;
    }

    private interface TlsLoad {
        LoadResult run(int port, int seconds) throws IOException, InterruptedException;
    }

    private static void measure(Lab lab, Table table, List<Subject> subjects, String connections, TlsLoad load)
            throws IOException, InterruptedException {
        String what = connections + " TLS connections";
        List<Samples> results = lab.compare(
                subjects,
                subject -> lab.warm(subject, what, () -> load.run(subject.port(), lab.warmup())),
                subject -> lab.sample(subject, what, () -> load.run(subject.port(), lab.seconds())));
        Samples first = results.get(0);
        for (Samples each : results) {
            table.row(
                    connections,
                    each.proxy(),
                    Table.number(each.perSecond()),
                    Table.ratio(each.perSecond(), first.perSecond()),
                    Double.isNaN(each.p99Micros()) ? "" : Table.millis(each.p99Micros()),
                    Table.number(each.cpuMicros()),
                    Table.ratio(each.cpuMicros(), first.cpuMicros()),
                    Table.megabytes(each.rssBytes()),
                    Lab.validity(each.errors()));
        }
    }
}
