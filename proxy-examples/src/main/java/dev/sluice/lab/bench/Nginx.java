package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import dev.sluice.lab.Programs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts nginx in the foreground. */
final class Nginx {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int POLL_MILLIS = 20;

    private Nginx() {}

    /**
     * Starts it with a configuration, and waits until it listens.
     *
     * @param port the port of 127.0.0.1 at which it is to listen
     * @throws IOException if it does not listen; standard error has its messages
     */
    static ChildProcess start(Workspace workspace, String name, Path prefix, String config, int port)
            throws IOException, InterruptedException {
        Path file = Files.writeString(prefix.resolve("nginx.conf"), config);
        ChildProcess child = workspace.start(
                name,
                List.of(
                        Programs.require("nginx").toString(),
                        "-p",
                        prefix.toString(),
                        "-e",
                        "stderr",
                        "-c",
                        file.toString()));
        for (int waited = 0; waited < PATIENCE_MILLIS && child.alive(); waited += POLL_MILLIS) {
            if (listens(port)) {
                return child;
            }
            Thread.sleep(POLL_MILLIS);
        }
        child.close();
        throw new IOException(name + " does not listen at port " + port);
    }

    private static boolean listens(int port) {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress("127.0.0.1", port));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
