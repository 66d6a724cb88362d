package dev.sluice.lab.chaos;

import dev.sluice.lab.ChildProcess;
import dev.sluice.lab.Java;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The process of an {@link Origin}. It can get faults, and be started again at the same port. For one thread at a time.
 */
final class OriginProcess implements AutoCloseable {
    private static final List<String> FLAGS =
            List.of("-Xmx64m", "-Xss256k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final String name;
    private final Path ids;
    private ChildProcess process;
    private final int port;

    /** Starts the process at its own port. It listens when this returns. */
    OriginProcess(String name, Path directory) throws IOException {
        this.name = name;
        this.ids = directory.resolve(name);
        this.process = launch(0);
        this.port = Integer.parseInt(process.await(ChildProcess.READY));
    }

    String name() {
        return name;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Begins the fault. */
    void begin(Harm harm) throws IOException, InterruptedException {
        switch (harm.kind()) {
            case KILL -> kill();
            case RESTART -> {
                process.handle().destroy();
                awaitEnd();
            }
            case STOP -> signal("STOP");
            case SLOW -> process.ask("slow " + harm.amount());
            case RESET -> process.ask("reset " + harm.amount());
            case ERROR -> process.ask("error " + harm.amount());
        }
    }

    /** Ends the fault. */
    void end(Harm harm) throws IOException, InterruptedException {
        switch (harm.kind()) {
            case KILL, RESTART -> {
                process.close();
                process = launch(port);
                process.await(ChildProcess.READY);
            }
            case STOP -> signal("CONT");
            case SLOW, RESET, ERROR -> process.ask("normal");
        }
    }

    /** Kills the process with SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.handle().destroyForcibly();
        awaitEnd();
    }

    /** Kills the process without waiting. Works on any thread, also while the process is stopped. */
    @Override
    public void close() {
        process.handle().destroyForcibly();
    }

    private ChildProcess launch(int atPort) throws IOException {
        List<String> arguments = List.of(String.valueOf(atPort), ids.toString());
        return ChildProcess.start(name, Java.running().command(FLAGS, Origin.class, arguments));
    }

    private void signal(String signal) throws IOException, InterruptedException {
        String pid = String.valueOf(process.handle().pid());
        int status = new ProcessBuilder("/bin/kill", "-" + signal, pid).start().waitFor();
        if (status != 0) {
            throw new IOException("kill -" + signal + " of " + name + " ended with " + status);
        }
    }

    private void awaitEnd() throws InterruptedException {
        while (process.alive()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
