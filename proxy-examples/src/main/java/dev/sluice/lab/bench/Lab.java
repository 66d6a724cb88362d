package dev.sluice.lab.bench;

import dev.sluice.lab.Progress;
import dev.sluice.lab.Table;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Starts the processes of a scenario, and loads the proxies in turn. For one thread. */
final class Lab {
    private final BenchOptions options;
    private final List<String> proxies;
    private final Workspace workspace;
    private final Load load;
    private final Progress progress;
    private boolean valid = true;

    /**
     * @param isFor whether the scenario is for the proxy with this name
     * @param progress says what is being done, and keeps a line for each load
     * @throws IllegalArgumentException if the scenario is for none of the chosen proxies
     */
    Lab(BenchOptions options, Workspace workspace, Predicate<String> isFor, Progress progress) {
        this.options = options;
        this.proxies = proxies(options.proxies, isFor);
        this.workspace = workspace;
        this.load = Load.of(options.load);
        this.progress = progress;
    }

    /** The proxies. nginx is the first, because the others are compared with the first. */
    List<String> proxies() {
        return proxies;
    }

    /**
     * Those of the chosen proxies that this machine has and that a scenario is for.
     *
     * @throws IllegalArgumentException if there are none
     */
    private static List<String> proxies(List<String> chosen, Predicate<String> isFor) {
        List<String> names = new ArrayList<>(chosen);
        if (names.remove("nginx")) {
            names.add(0, "nginx");
        }
        names.removeIf(name -> Subject.missing(name).isPresent() || !isFor.test(name));
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "--proxies has none that can be started for this scenario: " + String.join(", ", chosen));
        }
        return names;
    }

    int rounds() {
        return options.rounds;
    }

    /** The length of one load. */
    int seconds() {
        return options.seconds;
    }

    /** The length of the load before the rounds. */
    int warmup() {
        return options.warmup;
    }

    /** Returns whether all loads so far were without errors. */
    boolean valid() {
        return valid;
    }

    /** Starts the origin at this number of addresses. */
    Origin origin(int addresses) throws IOException, InterruptedException {
        progress.now("starting the origin");
        return Origin.start(workspace, options.origin, addresses);
    }

    /** Starts the origin that also takes bodies, and has a path for {@link EmbeddedOrigin#GIGABYTE}. */
    Origin embeddedOrigin() throws IOException, InterruptedException {
        progress.now("starting the origin");
        return Origin.start(workspace, "embedded", 1);
    }

    /** Starts an origin for each proxy, each at this number of addresses. */
    Origins originForEach(int addresses) throws IOException, InterruptedException {
        List<Origin> each = new ArrayList<>();
        for (int i = 0; i < proxies.size(); i++) {
            each.add(origin(addresses));
        }
        return new Origins(each);
    }

    /** Starts one proxy in front of these origins. */
    Subject start(String name, List<String> origins) throws IOException, InterruptedException {
        return start(name, Setup.to(origins));
    }

    /** Starts one proxy. */
    Subject start(String name, Setup setup) throws IOException, InterruptedException {
        progress.now("starting " + name);
        return Subject.start(name, options, workspace, setup);
    }

    /** A file of zeros of this length. */
    Path file(long length) throws IOException {
        Path file = workspace.folder("data").resolve("zeros");
        try (RandomAccessFile zeros = new RandomAccessFile(file.toFile(), "rw")) {
            zeros.setLength(length);
        }
        return file;
    }

    /** A key for TLS. */
    KeyFiles keys() throws IOException {
        return KeyFiles.write(workspace.folder("keys"));
    }

    /** Starts all proxies in front of these origins, in order. */
    List<Subject> startAll(List<String> origins) throws IOException, InterruptedException {
        return startAll(Setup.to(origins));
    }

    /** Starts all proxies, in order. */
    List<Subject> startAll(Setup setup) throws IOException, InterruptedException {
        List<Subject> subjects = new ArrayList<>();
        for (String name : proxies) {
            subjects.add(start(name, setup));
        }
        return subjects;
    }

    /** Warms up each proxy. Then each round loads them one after another. */
    List<Samples> compare(List<Subject> subjects, String path, int connections)
            throws IOException, InterruptedException {
        return compare(
                subjects, subject -> warm(subject, path, connections), subject -> sample(subject, path, connections));
    }

    /** The same with other loads. */
    List<Samples> compare(List<Subject> subjects, Warming warming, Sampling sampling)
            throws IOException, InterruptedException {
        List<Samples> results = new ArrayList<>();
        for (Subject subject : subjects) {
            warming.warm(subject);
            results.add(new Samples(subject.name()));
        }
        for (int round = 0; round < options.rounds; round++) {
            for (int i = 0; i < subjects.size(); i++) {
                results.get(i).add(sampling.sample(subjects.get(i)));
            }
        }
        return results;
    }

    /** Warms up one proxy. */
    interface Warming {
        /** Loads it without keeping the figures. */
        void warm(Subject subject) throws IOException, InterruptedException;
    }

    /** Loads one proxy once. */
    interface Sampling {
        /** Loads it, and returns the figures. */
        Sample sample(Subject subject) throws IOException, InterruptedException;
    }

    /** Loads a proxy that gets faster while it runs, without keeping the figures. */
    void warm(Subject subject, String path, int connections) throws IOException, InterruptedException {
        warm(
                subject,
                connections + " connections, " + path,
                () -> load.run(subject.port(), path, connections, options.warmup));
    }

    /** The same, in a way of its own. */
    void warm(Subject subject, String what, Attempt attempt) throws IOException, InterruptedException {
        if (subject.warmsUp()) {
            progress.now("warming " + subject.name() + " up: " + what);
            attempt.run();
        }
    }

    /** Loads a proxy once. */
    Sample sample(Subject subject, String path, int connections) throws IOException, InterruptedException {
        return sample(
                subject,
                connections + " connections, " + path,
                () -> load.run(subject.port(), path, connections, options.seconds));
    }

    /** One load of one proxy. */
    interface Attempt {
        /** Loads it, and returns the figures. */
        LoadResult run() throws IOException, InterruptedException;
    }

    /**
     * Loads a proxy once, in a way of its own.
     *
     * @param what what the load is, for the progress
     */
    Sample sample(Subject subject, String what, Attempt attempt) throws IOException, InterruptedException {
        progress.now("loading " + subject.name() + ": " + what);
        ProcessUsage before = subject.usage();
        LoadResult result = attempt.run().requireAnswers();
        ProcessUsage after = subject.usage();
        double cpu = (after.cpuMicros() - before.cpuMicros()) / (double) Math.max(1, result.requests());
        progress.note(subject.name() + ", " + what + ": " + Table.number(result.perSecond()) + "/s, CPU "
                + Table.number(cpu) + " us" + (result.errors().isEmpty() ? "" : ", " + result.errors()));
        valid &= result.errors().isEmpty();
        return new Sample(result, cpu, after);
    }

    /** Says what is being done. */
    void say(String what) {
        progress.now(what);
    }

    /** Notes a fault that the load's own errors do not show. It makes the row not valid. */
    void invalid(String why) {
        progress.note(why);
        valid = false;
    }

    /** The text of the last column: no errors, or which. */
    static String validity(String errors) {
        return errors.isEmpty() ? "none" : "not valid: " + errors;
    }
}
