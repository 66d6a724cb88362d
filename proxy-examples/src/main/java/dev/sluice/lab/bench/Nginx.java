package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import dev.sluice.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts nginx in the foreground. */
final class Nginx {
    private Nginx() {}

    /** Starts it with a configuration; see {@link NativeServer#start}. */
    static ChildProcess start(Workspace workspace, String name, Path prefix, String config, int port)
            throws IOException, InterruptedException {
        Path file = Files.writeString(prefix.resolve("nginx.conf"), config);
        List<String> command = List.of(
                Programs.require("nginx").toString(), "-p", prefix.toString(), "-e", "stderr", "-c", file.toString());
        return NativeServer.start(workspace, name, command, port);
    }
}
