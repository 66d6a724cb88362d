package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the bytes that a request allocates. The proxy counts them before and after an exact number of requests over
 * connections that stay open. The client sends the same requests as wrk. Only for JVMs.
 */
final class AllocationScenario implements Scenario {
    private static final int CONNECTIONS = 64;
    private static final int WARM_UP_REQUESTS = 200_000;
    private static final int REQUESTS = 100_000;

    @Override
    public String title() {
        return "Allocation: bytes on the heap for each 1 KB GET";
    }

    @Override
    public boolean isFor(String proxy) {
        return Subject.isJava(proxy);
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table("proxy", "bytes/request", "errors");
        try (Origin origin = lab.origin(1)) {
            for (String name : lab.proxies()) {
                try (Subject subject = lab.start(name, origin.addresses())) {
                    measure(lab, subject, table);
                }
            }
        }
        return table;
    }

    private static void measure(Lab lab, Subject subject, Table table) throws IOException, InterruptedException {
        List<Double> rounds = new ArrayList<>();
        String errors = "";
        try (EmbeddedLoad load = EmbeddedLoad.open(subject.port(), "/1k", CONNECTIONS)) {
            load.run(WARM_UP_REQUESTS);
            for (int round = 0; round < lab.rounds(); round++) {
                long before = subject.allocated();
                LoadResult result = load.run(REQUESTS);
                rounds.add((subject.allocated() - before) / (double) Math.max(1, result.requests()));
                errors = errors.isEmpty() ? result.errors() : errors;
            }
        }
        if (!errors.isEmpty()) {
            lab.invalid(subject.name() + ": " + errors);
        }
        table.row(subject.name(), Table.number(Samples.median(rounds)), Lab.validity(errors));
    }
}
