package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures a start: the time from the start of the process until the server listens and until the first request is
 * answered, and the threads and memory of the JVM then. Each round starts each proxy again. A round before the first is
 * not counted, because it fills the system's file cache. Not for nginx.
 */
final class StartScenario implements Scenario {
    @Override
    public String title() {
        return "Start: from the process to the first answer, a 1 KB GET";
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table("proxy", "listens ms", "first answer ms", "threads", "live heap MB", "RSS MB");
        List<Starts> all = new ArrayList<>();
        for (String name : lab.proxies()) {
            if (!name.equals("nginx")) {
                all.add(new Starts(name));
            }
        }
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
                starts.threads.add((double) threads(subject.process().handle()));
                starts.rss.add((double) subject.usage().rssBytes());
                starts.heap.add(Double.parseDouble(subject.process().ask(Answers.HEAP)));
                if (answered.closed() > 0) {
                    lab.invalid(starts.proxy + " closed the connection");
                }
            }
        }
    }

    /** All threads of the process, with those of the JVM itself. */
    private static long threads(ProcessHandle process) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            return tasks.count();
        }
    }

    /** The figures of one proxy's rounds. */
    private static final class Starts {
        private final String proxy;
        private final List<Double> listens = new ArrayList<>();
        private final List<Double> answers = new ArrayList<>();
        private final List<Double> threads = new ArrayList<>();
        private final List<Double> heap = new ArrayList<>();
        private final List<Double> rss = new ArrayList<>();

        private Starts(String proxy) {
            this.proxy = proxy;
        }

        private void addTo(Table table) {
            table.row(
                    proxy,
                    whole(listens),
                    whole(answers),
                    whole(threads),
                    Table.megabytes(median(heap)),
                    Table.megabytes(median(rss)));
        }

        private static String whole(List<Double> rounds) {
            return String.valueOf(Math.round(median(rounds)));
        }

        private static double median(List<Double> rounds) {
            return Samples.median(
                    rounds.stream().mapToDouble(Double::doubleValue).toArray());
        }
    }
}
