package dev.sluice.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Programs of this machine. They are looked for on {@code PATH} and in the folders where a system keeps its servers.
 */
public final class Programs {
    private static final List<String> SERVERS = List.of("/usr/sbin", "/usr/local/sbin");

    private Programs() {}

    public static boolean has(String name) {
        return find(name) != null;
    }

    /**
     * Returns the path of the program.
     *
     * @throws IllegalArgumentException if it is not installed
     */
    public static Path require(String name) {
        Path found = find(name);
        if (found == null) {
            throw new IllegalArgumentException(name + " is not installed. Before you run 'apt-get install " + name
                    + "', check with 'apt-get install -s " + name + "' that it does not change the JDK");
        }
        return found;
    }

    /**
     * Runs a command that ends by itself, and returns all that it prints, on both streams. It is killed when this JVM
     * ends.
     *
     * @throws UncheckedIOException if it cannot be run
     */
    public static String output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            Thread hook = new Thread(process::destroyForcibly, "end " + command[0]);
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                process.getOutputStream().close();
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                process.destroyForcibly();
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot run " + command[0] + ": " + failure.getMessage(), failure);
        }
    }

    private static @Nullable Path find(String name) {
        String path = System.getenv("PATH");
        String all = (path == null ? "" : path + ':') + String.join(":", SERVERS);
        for (String folder : List.of(all.split(":", -1))) {
            Path candidate = Path.of(folder, name);
            if (!folder.isEmpty() && Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
