package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a start: the time from the start of the process until the server listens and until the first request is
 * answered, and the threads and memory then; and the memory after 1,000 requests, for a JVM also the live heap. Each round
 * starts each proxy again. A round before the first is not counted, because it fills the system's file cache.
 */
final class StartScenario implements Scenario {
    private static final int REQUESTS = 1_000;
    private static final int CONNECTIONS = 8;

    @Override
    public String title() {
        return "Start: from the process to the first answer, a 1 KB GET, and the memory after " + REQUESTS + " of them";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "proxy",
                "listens ms",
                "first answer ms",
                "threads",
                "RSS MB",
                "RSS MB after " + REQUESTS,
                "live heap MB",
                "errors");
        List<Starts> all = new ArrayList<>();
        lab.proxies().forEach(name -> all.add(new Starts(name)));
        try (Origin origin = lab.origin(1)) {
            for (Starts each : all) {
                measure(lab, new Starts(each.proxy), origin);
            }
            for (int round = 0; round < lab.rounds(); round++) {
                for (Starts each : all) {
                    measure(lab, each, origin);
                }
            }
        }
        all.forEach(each -> each.addTo(table));
        return table;
    }

    private static void measure(Lab lab, Starts starts, Origin origin) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (Subject subject = lab.start(starts.proxy, origin.addresses())) {
            starts.listens.add((System.nanoTime() - begin) / 1e6);
            try (IdleConnections answered = IdleConnections.open(subject.port(), 1)) {
                starts.answers.add((System.nanoTime() - begin) / 1e6);
                ProcessUsage usage = subject.usage();
                starts.threads.add((double) usage.threads());
                starts.rss.add((double) usage.rssBytes());
                if (answered.closed() > 0) {
                    starts.failed(lab, "closed the connection");
                }
            }
            try (EmbeddedLoad load = EmbeddedLoad.open(subject.port(), "/1k", CONNECTIONS)) {
                String errors = load.run(REQUESTS).errors();
                if (!errors.isEmpty()) {
                    starts.failed(lab, errors);
                }
            }
            starts.later.add((double) subject.usage().rssBytes());
            if (Subject.isJava(subject.name())) {
                starts.heap.add(Double.parseDouble(subject.process().ask(Answers.HEAP)));
            }
        }
    }

    /** The figures of one proxy's rounds. */
    private static final class Starts {
        private final String proxy;
        private final List<Double> listens = new ArrayList<>();
        private final List<Double> answers = new ArrayList<>();
        private final List<Double> threads = new ArrayList<>();
        private final List<Double> rss = new ArrayList<>();
        private final List<Double> later = new ArrayList<>();
        private final List<Double> heap = new ArrayList<>();
        private String errors = "";

        private Starts(String proxy) {
            this.proxy = proxy;
        }

        private void failed(Lab lab, String why) {
            errors = why;
            lab.invalid(proxy + ": " + why);
        }

        private void addTo(Table table) {
            table.row(
                    proxy,
                    whole(listens),
                    whole(answers),
                    whole(threads),
                    Table.megabytes(Samples.median(rss)),
                    Table.megabytes(Samples.median(later)),
                    heap.isEmpty() ? "" : Table.megabytes(Samples.median(heap)),
                    Lab.validity(errors));
        }

        private static String whole(List<Double> rounds) {
            return String.valueOf(Math.round(Samples.median(rounds)));
        }
    }
}
