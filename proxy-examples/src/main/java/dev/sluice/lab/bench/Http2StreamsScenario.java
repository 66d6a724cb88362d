package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures how evenly the streams of a connection of HTTP/2 are served. */
final class Http2StreamsScenario implements Scenario {
    private static final String PATH = "/10m";
    private static final int MEGABYTES = 10;

    @Override
    public String title() {
        return "HTTP/2 in clear: 1,000 GETs of 10 MB at once on one connection";
    }

    @Override
    public boolean isFor(String proxy) {
        return Http2Scenario.speaksHttp2(proxy);
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table("proxy", "fastest s", "slowest s", "ratio", "MB/s", "CPU us/MB", "RSS MB", "errors");
        Map<String, List<H2load.Burst>> bursts = new HashMap<>();
        try (Origin origin = lab.origin(1)) {
            List<Subject> subjects = lab.startAll(Setup.to(origin.addresses()).withHttp2());
            List<Samples> results = lab.compare(
                    subjects,
                    subject -> lab.warm(
                            subject, PATH, () -> H2load.run(subject.port(), PATH, 1, Setup.STREAMS, lab.warmup())),
                    subject -> lab.sample(subject, PATH, () -> {
                        H2load.Burst burst = H2load.burst(subject.port(), PATH, Setup.STREAMS);
                        bursts.computeIfAbsent(subject.name(), name -> new ArrayList<>())
                                .add(burst);
                        return burst.load();
                    }));
            results.forEach(each -> row(table, each, bursts.getOrDefault(each.proxy(), List.of())));
            subjects.forEach(Subject::close);
        }
        return table;
    }

    private static void row(Table table, Samples samples, List<H2load.Burst> bursts) {
        table.row(
                samples.proxy(),
                seconds(bursts.stream().map(H2load.Burst::fastest).toList()),
                seconds(bursts.stream().map(H2load.Burst::slowest).toList()),
                Table.ratio(
                        Samples.median(bursts.stream()
                                .map(each -> each.slowest() / each.fastest())
                                .toList()),
                        1),
                Table.number(samples.perSecond() * MEGABYTES),
                Table.number(samples.cpuMicros() / MEGABYTES),
                Table.megabytes(samples.rssBytes()),
                Lab.validity(samples.errors()));
    }

    private static String seconds(List<Double> times) {
        return String.format(Locale.ROOT, "%.2f", Samples.median(times));
    }
}
