package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Measures one body of 1 GB in each direction over HTTP/2, beside the same over HTTP/1.1. The origin speaks HTTP/1.1. */
final class Http2LargeScenario implements Scenario {
    private static final int MEGABYTES = 1024;

    @Override
    public String title() {
        return "1 GB on one connection: HTTP/2 in clear beside HTTP/1.1";
    }

    @Override
    public boolean isFor(String proxy) {
        return Http2Scenario.speaksHttp2(proxy);
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "direction",
                "proxy",
                "MB/s HTTP/1.1",
                "MB/s HTTP/2",
                "ratio",
                "CPU us/MB HTTP/1.1",
                "CPU us/MB HTTP/2",
                "errors");
        try (Origin origin = lab.embeddedOrigin()) {
            Setup setup = Setup.to(origin.addresses());
            List<Subject> http1 = lab.startAll(setup);
            List<Subject> http2 = lab.startAll(setup.withHttp2());
            measure(lab, table, http1, http2, "down", EmbeddedOrigin.GIGABYTE, List.of());
            measure(lab, table, http1, http2, "up", "/1k", List.of("--data=" + lab.file(MEGABYTES * 1024L * 1024)));
            http1.forEach(Subject::close);
            http2.forEach(Subject::close);
        }
        return table;
    }

    private static void measure(
            Lab lab,
            Table table,
            List<Subject> http1,
            List<Subject> http2,
            String direction,
            String path,
            List<String> options)
            throws IOException, InterruptedException {
        List<Subject> all = new ArrayList<>(http1);
        all.addAll(http2);
        List<Samples> results = lab.compare(
                all,
                subject -> lab.warm(subject, direction, () -> load(subject, http1, path, options)),
                subject -> lab.sample(subject, direction, () -> load(subject, http1, path, options)));
        for (int i = 0; i < http1.size(); i++) {
            Samples one = results.get(i);
            Samples two = results.get(http1.size() + i);
            table.row(
                    direction,
                    one.proxy(),
                    Table.number(one.perSecond() * MEGABYTES),
                    Table.number(two.perSecond() * MEGABYTES),
                    Table.ratio(two.perSecond(), one.perSecond()),
                    Table.number(one.cpuMicros() / MEGABYTES),
                    Table.number(two.cpuMicros() / MEGABYTES),
                    Lab.validity(one.errors().isEmpty() ? two.errors() : one.errors()));
        }
    }

    private static LoadResult load(Subject subject, List<Subject> http1, String path, List<String> options)
            throws IOException {
        List<String> all = new ArrayList<>(options);
        if (http1.contains(subject)) {
            all.add("--h1");
        }
        return H2load.burst(subject.port(), path, 1, all.toArray(String[]::new)).load();
    }
}
