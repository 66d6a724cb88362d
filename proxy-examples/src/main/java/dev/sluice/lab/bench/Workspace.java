package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A temporary folder, and the processes that were started in this run. {@code close} ends the processes and deletes the
 * folder; so does the end of the JVM. Safe for use by many threads.
 */
final class Workspace implements AutoCloseable {
    /** Where the file system of the memory is, on Linux. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path folder;
    private final List<Path> folders = new ArrayList<>();
    private final Deque<ChildProcess> children = new ArrayDeque<>();
    private final Thread hook = new Thread(this::clear, "clear");
    private boolean closed;

    private Workspace(Path folder) {
        this.folder = folder;
        folders.add(folder);
    }

    static Workspace open() throws IOException {
        Workspace workspace = new Workspace(Files.createTempDirectory("sluice-bench"));
        Runtime.getRuntime().addShutdownHook(workspace.hook);
        return workspace;
    }

    /** Makes a folder in the temporary one. */
    Path folder(String name) throws IOException {
        return Files.createTempDirectory(folder, name.replace('/', '-'));
    }

    /** Makes a folder in memory, which is deleted with the temporary one. */
    synchronized Path memoryFolder() throws IOException {
        Path made = Files.createTempDirectory(MEMORY, "sluice-bench");
        folders.add(made);
        return made;
    }

    /**
     * Starts a JVM, which ends when this workspace is closed or earlier.
     *
     * @throws IllegalStateException if the JVM is ending
     */
    synchronized ChildProcess start(String name, List<String> command) throws IOException {
        requireOpen();
        ChildProcess child = ChildProcess.start(name, command);
        children.push(child);
        return child;
    }

    /** As {@link #start}, for a server that is no JVM. */
    synchronized ChildProcess startServer(String name, List<String> command) throws IOException {
        requireOpen();
        ChildProcess child = ChildProcess.startServer(name, command);
        children.push(child);
        return child;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the benchmark is ending");
        }
    }

    /** A port of the loopback address that is free now. */
    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return probe.getLocalPort();
        }
    }

    @Override
    public void close() {
        clear();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The JVM is ending: the hook runs, and has nothing to do.
        }
    }

    private synchronized void clear() {
        closed = true;
        while (!children.isEmpty()) {
            children.pop().close();
        }
        folders.forEach(Folders::delete);
        folders.clear();
    }
}
