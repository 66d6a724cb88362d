package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Starts the processes of a scenario, and loads the proxies in turn. For one thread. */
final class Lab {
    private final BenchOptions options;
    private final Workspace workspace;
    private final Load load;
    private final Consumer<String> progress;
    private boolean valid = true;

    /**
     * @param progress receives a line that says what is being done
     */
    Lab(BenchOptions options, Workspace workspace, Consumer<String> progress) {
        this.options = options;
        this.workspace = workspace;
        this.load = Load.of(options.load);
        this.progress = progress;
    }

    /** The chosen proxies. nginx is the first, because the others are compared with the first. */
    List<String> proxies() {
        List<String> names = new ArrayList<>(options.proxies);
        if (names.remove("nginx")) {
            names.add(0, "nginx");
        }
        return names;
    }

    int rounds() {
        return options.rounds;
    }

    /** Returns whether all loads so far were without errors. */
    boolean valid() {
        return valid;
    }

    /** Starts the origin at this number of addresses. */
    Origin origin(int addresses) throws IOException, InterruptedException {
        progress.accept("starting the origin");
        return Origin.start(workspace, options.origin, addresses);
    }

    /** Starts one proxy. */
    Subject start(String name, List<String> origins) throws IOException, InterruptedException {
        progress.accept("starting " + name);
        return Subject.start(name, options, workspace, origins);
    }

    /** Starts all chosen proxies, in order. */
    List<Subject> startAll(List<String> origins) throws IOException, InterruptedException {
        List<Subject> subjects = new ArrayList<>();
        for (String name : proxies()) {
            subjects.add(start(name, origins));
        }
        return subjects;
    }

    /** Warms up each proxy. Then each round loads them one after another. */
    List<Samples> compare(List<Subject> subjects, String path, int connections)
            throws IOException, InterruptedException {
        List<Samples> results = new ArrayList<>();
        for (Subject subject : subjects) {
            warm(subject, path, connections);
            results.add(new Samples(subject.name()));
        }
        for (int round = 0; round < options.rounds; round++) {
            for (int i = 0; i < subjects.size(); i++) {
                results.get(i).add(sample(subjects.get(i), path, connections));
            }
        }
        return results;
    }

    /** Loads a proxy that gets faster while it runs, without keeping the figures. */
    void warm(Subject subject, String path, int connections) throws IOException, InterruptedException {
        if (subject.warmsUp()) {
            progress.accept("warming " + subject.name() + " up: " + connections + " connections, " + path);
            load.run(subject.port(), path, connections, options.warmup);
        }
    }

    /** Loads a proxy once. */
    Sample sample(Subject subject, String path, int connections) throws IOException, InterruptedException {
        ProcessUsage before = subject.usage();
        LoadResult result = load.run(subject.port(), path, connections, options.seconds);
        ProcessUsage after = subject.usage();
        double cpu = (after.cpuMicros() - before.cpuMicros()) / (double) Math.max(1, result.requests());
        progress.accept(subject.name() + ", " + connections + " connections, " + path + ": "
                + Table.number(result.perSecond()) + "/s, CPU " + Table.number(cpu) + " us"
                + (result.errors().isEmpty() ? "" : ", " + result.errors()));
        valid &= result.errors().isEmpty();
        return new Sample(result, cpu, after);
    }

    /** Notes a fault that the load's own errors do not show. It makes the row not valid. */
    void invalid(String why) {
        progress.accept(why);
        valid = false;
    }

    /** The text of the last column: no errors, or which. */
    static String validity(String errors) {
        return errors.isEmpty() ? "none" : "not valid: " + errors;
    }
}
