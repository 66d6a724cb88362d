package dev.sluice.lab.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The origins of a phase, and the directory to which they write ids. All end with this JVM, also if it is killed. */
final class Origins implements AutoCloseable {
    private final Path directory;
    private final List<OriginProcess> all = new CopyOnWriteArrayList<>();
    private final Thread hook = new Thread(this::killAll, "kill-origins");

    Origins() throws IOException {
        this.directory = Files.createTempDirectory("chaos");
        // A stopped origin does not notice that its input has ended.
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts an origin. */
    OriginProcess start(String name) throws IOException {
        OriginProcess origin = new OriginProcess(name, directory);
        all.add(origin);
        return origin;
    }

    /** The ids of the requests that the origins have acted on. */
    RequestIds ids() throws IOException {
        return RequestIds.read(directory);
    }

    @Override
    public void close() throws IOException {
        killAll();
        Runtime.getRuntime().removeShutdownHook(hook);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private void killAll() {
        all.forEach(OriginProcess::close);
    }
}
