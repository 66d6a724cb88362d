package dev.sluice.lab.bench;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The proxy of Undertow, which is a project of its own beside the examples, so that nothing else downloads it. Its build
 * leaves its class path in a file.
 */
final class UndertowBuild {
    /** The class of {@link OtherMain}. */
    static final String MAIN = "dev.sluice.undertow.UndertowProxy";

    /** The command that builds it. */
    static final String COMMAND = "mvn -q compile -Pundertow -pl :proxy-example-undertow";

    private static final Path TARGET = examples().resolve("undertow").resolve("target");

    private UndertowBuild() {}

    /** Whether it is built. */
    static boolean exists() {
        return Files.exists(file());
    }

    /**
     * Its classes and their libraries.
     *
     * @throws IllegalArgumentException if it is not built
     */
    static String classPath() throws IOException {
        if (!exists()) {
            throw new IllegalArgumentException("undertow is not built: " + COMMAND);
        }
        return TARGET.resolve("classes")
                + File.pathSeparator
                + Files.readString(file()).strip();
    }

    private static Path file() {
        return TARGET.resolve("class-path");
    }

    /** The folder of the examples, in whose {@code target} this class is. */
    private static Path examples() {
        try {
            Path classes = Path.of(UndertowBuild.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Objects.requireNonNull(
                    Objects.requireNonNull(classes.getParent()).getParent());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
