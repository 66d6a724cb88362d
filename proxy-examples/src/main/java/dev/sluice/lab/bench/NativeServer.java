package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** Starts servers that are no JVMs. They do not say when they listen, so they are asked. */
final class NativeServer {
    private static final int PATIENCE_MILLIS = 10_000;

    /** Short, because a start is measured. */
    private static final int POLL_MILLIS = 1;

    private NativeServer() {}

    /**
     * Starts one in the foreground, and waits until it listens.
     *
     * @param port the port of 127.0.0.1 at which it is to listen
     * @throws IOException if it does not listen; standard error has its messages
     */
    static ChildProcess start(Workspace workspace, String name, List<String> command, int port)
            throws IOException, InterruptedException {
        ChildProcess child = workspace.startServer(name, command);
        long begin = System.nanoTime();
        while (child.alive() && System.nanoTime() - begin < PATIENCE_MILLIS * 1_000_000L) {
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
