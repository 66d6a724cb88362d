package dev.sluice.lab.bench;

import dev.sluice.lab.Java;
import dev.sluice.lab.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The machine, the programs and the options that the figures depend on. */
final class Environment {
    private static final String OPEN_FILES = "Max open files";

    private Environment() {}

    /** Describes them in a paragraph of Markdown. */
    static String describe(BenchOptions options) {
        Java java = Java.at(options.jdk);
        return leftOut(options.proxies, Subject::missing) + "Machine: "
                + processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors, Linux "
                + System.getProperty("os.version") + ", at most " + openFilesLimit() + " open files. Proxies on JDK "
                + java.version() + " with `" + options.jvm + "`" + haproxy(options) + ". Origin: "
                + (options.origin.equals("nginx") ? nginx() : "embedded") + "; load: "
                + (options.load.equals("wrk") ? wrk() : "embedded") + "; " + options.rounds + " rounds of "
                + options.seconds + " s after " + options.warmup + " s of warm-up; "
                + Instant.now().toString().substring(0, 16) + "Z.\n";
    }

    /** The hard limit of open files of a process. A JVM and nginx raise their own limit to it. */
    static long openFilesLimit() {
        for (String line : lines(Path.of("/proc/self/limits"))) {
            if (line.startsWith(OPEN_FILES)) {
                List<String> fields =
                        List.of(line.substring(OPEN_FILES.length()).strip().split(" +"));
                String hard = fields.get(1);
                return hard.equals("unlimited") ? 1_000_000 : Math.min(1_000_000, Long.parseLong(hard));
            }
        }
        throw new UncheckedIOException(new IOException("/proc/self/limits has no line \"" + OPEN_FILES + '"'));
    }

    private static String processor() {
        for (String line : lines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("model name")) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return System.getProperty("os.arch");
    }

    /**
     * The proxies that were asked for and are not in the tables, each in a paragraph of its own.
     *
     * @param missing says why this machine has not got one; empty if it has
     */
    static String leftOut(List<String> proxies, Function<String, Optional<String>> missing) {
        StringBuilder text = new StringBuilder();
        for (String name : proxies) {
            missing.apply(name)
                    .ifPresent(why -> text.append(name)
                            .append(" is left out: ")
                            .append(why)
                            .append(".\n\n"));
        }
        return text.toString();
    }

    private static String haproxy(BenchOptions options) {
        if (!options.proxies.contains("haproxy") || !Programs.has("haproxy")) {
            return "";
        }
        // HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/
        String said = Programs.output(Programs.require("haproxy").toString(), "-v");
        return ", HAProxy " + said.split(" ", 4)[2];
    }

    private static String nginx() {
        return Programs.output(Programs.require("nginx").toString(), "-v")
                .strip()
                .replace("nginx version: ", "");
    }

    private static String wrk() {
        String said = Programs.output(Programs.require("wrk").toString(), "-v");
        return said.contains(" [") ? said.substring(0, said.indexOf(" [")) : "wrk";
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file + "; the benchmark runs on Linux", failure);
        }
    }
}
