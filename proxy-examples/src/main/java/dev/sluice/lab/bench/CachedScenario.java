package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a hit and a miss cost, beside a forwarded request of the same proxy and beside nginx's cache: its responses in a
 * folder in memory and in one on the disk, with its open files kept. The bare loop only forwards 1 KB, and answers with the
 * same 1 KB each time: the lower limit of a hit. The paths are those of {@link CachedRoutes} and of {@link NginxCache}.
 */
final class CachedScenario implements Scenario {
    private static final int SMALL = 64;
    private static final int LARGE = 8;

    /** What is asked for, and with which forwarded request its CPU is compared. */
    private record Case(String name, String path, int connections, String forwarded) {
        boolean isFor(String proxy) {
            return !Subject.kind(proxy).equals("bare") || path.equals("/1k") || path.equals("/memory/1k");
        }
    }

    private static final List<Case> CASES = List.of(
            new Case("1 KB, forwarded", "/1k", SMALL, "/1k"),
            new Case("1 KB, hit in memory", "/memory/1k", SMALL, "/1k"),
            new Case("1 KB, hit on disk", "/disk/1k", SMALL, "/1k"),
            new Case("1 KB, miss", "/miss/1k?", SMALL, "/1k"),
            new Case("10 MB, forwarded", "/10m", LARGE, "/10m"),
            new Case("10 MB, hit in memory", "/memory/10m", LARGE, "/10m"),
            new Case("10 MB, hit on disk", "/disk/10m", LARGE, "/10m"));

    @Override
    public String title() {
        return "A cache: 1 KB over " + SMALL + " connections, 10 MB over " + LARGE;
    }

    @Override
    public boolean isFor(String proxy) {
        return Subject.isNginxOrLibrary(proxy) || Subject.kind(proxy).equals("bare");
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table(
                "response",
                "proxy",
                "requests/s",
                "ratio",
                "p99 ms",
                "CPU us/request",
                "ratio",
                "of forwarded",
                "RSS MB",
                "errors");
        try (Origin origin = lab.origin(1)) {
            List<Subject> subjects = new ArrayList<>();
            for (String name : lab.proxies()) {
                subjects.add(lab.start(name + "@-D" + CachedRoutes.ON + "=true", origin.addresses()));
            }
            List<List<Samples>> all = measure(lab, subjects);
            subjects.forEach(Subject::close);
            for (int i = 0; i < CASES.size(); i++) {
                rows(table, all, i);
            }
        }
        return table;
    }

    /** The samples of each case, for each proxy. All proxies run a case in turn, round after round. */
    private static List<List<Samples>> measure(Lab lab, List<Subject> subjects)
            throws IOException, InterruptedException {
        List<List<Samples>> all = new ArrayList<>();
        for (Case each : CASES) {
            List<Samples> samples = new ArrayList<>();
            for (Subject subject : subjects) {
                if (each.isFor(subject.name())) {
                    lab.warm(subject, each.path(), each.connections());
                }
                samples.add(new Samples(subject.name()));
            }
            all.add(samples);
        }
        for (int round = 0; round < lab.rounds(); round++) {
            for (int i = 0; i < CASES.size(); i++) {
                Case each = CASES.get(i);
                for (int j = 0; j < subjects.size(); j++) {
                    if (each.isFor(subjects.get(j).name())) {
                        all.get(i).get(j).add(lab.sample(subjects.get(j), each.path(), each.connections()));
                    }
                }
            }
        }
        return all;
    }

    private static void rows(Table table, List<List<Samples>> all, int index) {
        List<Samples> samples = all.get(index);
        Samples first = samples.get(0);
        for (int i = 0; i < samples.size(); i++) {
            Samples each = samples.get(i);
            if (!CASES.get(index).isFor(each.proxy())) {
                continue;
            }
            table.row(
                    CASES.get(index).name(),
                    Subject.kind(each.proxy()),
                    Table.number(each.perSecond()),
                    Table.ratio(each.perSecond(), first.perSecond()),
                    Table.millis(each.p99Micros()),
                    Table.number(each.cpuMicros()),
                    Table.ratio(each.cpuMicros(), first.cpuMicros()),
                    Table.ratio(each.cpuMicros(), forwarded(all, index, i).cpuMicros()),
                    Table.megabytes(each.rssBytes()),
                    Lab.validity(each.errors()));
        }
    }

    private static Samples forwarded(List<List<Samples>> all, int index, int proxy) {
        String path = CASES.get(index).forwarded();
        for (int i = 0; i < CASES.size(); i++) {
            if (CASES.get(i).path().equals(path)) {
                return all.get(i).get(proxy);
            }
        }
        throw new IllegalStateException("no case forwards " + path);
    }
}
