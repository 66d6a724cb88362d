package dev.sluice.browser;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Chromium, driven by a script of node with what npm has installed for it in {@code target}. */
final class Chromium {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path FOLDER = Path.of("target/browser");
    private static final Duration INSTALL = Duration.ofMinutes(5);
    private static final Duration CHECK = Duration.ofMinutes(15);

    private final Path node;
    private final Path browser;

    private Chromium(Path node, Path browser) {
        this.node = node;
        this.browser = browser;
    }

    /** Finds what the test needs and has npm install the rest, or skips the test and says what is missing. */
    static Chromium orSkip() throws IOException, InterruptedException {
        Path node = onPath("node").orElseGet(() -> skip("there is no node"));
        Path npm = onPath("npm").orElseGet(() -> skip("there is no npm"));
        Path browser = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> onPath(name).stream())
                .findFirst()
                .orElseGet(() -> skip("there is no Chromium"));
        Path log = Files.createDirectories(FOLDER).resolve("node.log");
        if (run(log, CHECK, node, "-e", "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)") != 0) {
            skip("node is older than 20");
        }
        install(npm);
        return new Chromium(node, browser);
    }

    /** Returns one line for each check: "ok: name" or "failed: name: reason". */
    List<String> check(URI page) throws IOException, InterruptedException {
        Path log = FOLDER.resolve("checks.log");
        int exit = run(log, CHECK, node, "check.mjs", page.toString(), browser.toString(), ".");
        List<String> lines = Files.readAllLines(log);
        if (exit != 0) {
            throw new AssertionError("the script has ended with " + exit + ":\n" + String.join("\n", lines));
        }
        return lines.stream().filter(line -> line.matches("(ok|failed): .*")).toList();
    }

    private static void install(Path npm) throws IOException, InterruptedException {
        for (String name : List.of("package.json", "package-lock.json", "check.mjs", "checks.mjs", "browser.mjs")) {
            Files.copy(SOURCES.resolve(name), FOLDER.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        Path log = FOLDER.resolve("npm.log");
        // The lock file has the versions and hashes of all packages, but no address: npm takes its configured registry.
        if (run(log, INSTALL, npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund") != 0) {
            skip("npm cannot install what it needs:\n" + Files.readString(log));
        }
    }

    /** Runs a command in {@link #FOLDER}, and returns its exit code. What it started is ended with it. */
    private static int run(Path log, Duration most, Path program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError(command + " has not ended in " + most + ":\n" + Files.readString(log));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Optional<Path> onPath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The build prints the line, since it does not say by itself which tests were skipped, and why. */
    private static <T> T skip(String reason) {
        System.out.println("browser is skipped: " + reason);
        return abort("browser is skipped: " + reason);
    }
}
