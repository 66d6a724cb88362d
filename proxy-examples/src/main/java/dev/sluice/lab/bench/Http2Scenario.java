package dev.sluice.lab.bench;

import dev.sluice.lab.Programs;
import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.List;

/** Measures HTTP/2 between client and proxy, without TLS, and HTTP/1.1 to the origin. */
final class Http2Scenario implements Scenario {
    @Override
    public String title() {
        return "HTTP/2 in clear: 1 KB GETs on 8 connections of 32 streams, 10 MB on 4 of 2";
    }

    @Override
    public boolean isFor(String proxy) {
        return speaksHttp2(proxy);
    }

    /** Those that take it without TLS on their own port, and whose settings here say so. */
    static boolean speaksHttp2(String proxy) {
        return Programs.has("h2load")
                && (Subject.NATIVE.contains(Subject.kind(proxy))
                        || Subject.kind(proxy).startsWith("direct/"));
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "body", "proxy", "requests/s", "ratio", "CPU us/request", "ratio", "bytes/request", "RSS MB", "errors");
        try (Origin origin = lab.origin(1)) {
            List<Subject> subjects = lab.startAll(Setup.to(origin.addresses()).withHttp2());
            measure(lab, table, subjects, "1 KB", "/1k", 8, 32);
            measure(lab, table, subjects, "10 MB", "/10m", 4, 2);
            subjects.forEach(Subject::close);
        }
        return table;
    }

    private static void measure(
            Lab lab, Table table, List<Subject> subjects, String body, String path, int connections, int streams)
            throws IOException, InterruptedException {
        List<Samples> results = lab.compare(
                subjects,
                subject -> lab.warm(
                        subject, body, () -> H2load.run(subject.port(), path, connections, streams, lab.warmup())),
                subject -> lab.sample(
                        subject, body, () -> H2load.run(subject.port(), path, connections, streams, lab.seconds())));
        Samples first = results.get(0);
        for (Samples each : results) {
            table.row(
                    body,
                    each.proxy(),
                    Table.number(each.perSecond()),
                    Table.ratio(each.perSecond(), first.perSecond()),
                    Table.number(each.cpuMicros()),
                    Table.ratio(each.cpuMicros(), first.cpuMicros()),
                    allocated(lab, subject(subjects, each.proxy()), path, connections, streams),
                    Table.megabytes(each.rssBytes()),
                    Lab.validity(each.errors()));
        }
    }

    private static Subject subject(List<Subject> subjects, String name) {
        return subjects.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The bytes on the heap for each request, of a JVM; those in flight at the ends of the time are a few of thousands. */
    private static String allocated(Lab lab, Subject subject, String path, int connections, int streams)
            throws IOException {
        if (!Subject.isJava(subject.name())) {
            return "";
        }
        long before = subject.allocated();
        LoadResult result = H2load.run(subject.port(), path, connections, streams, lab.seconds());
        return Table.number((subject.allocated() - before) / (double) Math.max(1, result.requests()));
    }
}
