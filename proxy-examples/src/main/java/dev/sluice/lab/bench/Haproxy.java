package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import dev.sluice.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts HAProxy in the foreground, as one process with a thread for each processor. */
final class Haproxy {
    private Haproxy() {}

    /**
     * Starts it with a configuration; see {@link NativeServer#start}. It is told to be quiet, as it complains of each
     * limit that is above the open files of the machine.
     */
    static ChildProcess start(Workspace workspace, String name, Path folder, String config, int port)
            throws IOException, InterruptedException {
        String file = Files.writeString(folder.resolve("haproxy.cfg"), config).toString();
        String program = Programs.require("haproxy").toString();
        try {
            return NativeServer.start(workspace, name, List.of(program, "-db", "-q", "-f", file), port);
        } catch (IOException failure) {
            throw new IOException(
                    failure.getMessage() + "; it says of its configuration: "
                            + Programs.output(program, "-c", "-f", file).strip(),
                    failure);
        }
    }
}
