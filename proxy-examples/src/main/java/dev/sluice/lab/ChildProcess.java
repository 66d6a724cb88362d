package dev.sluice.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process with its standard input held open, so that what reads it ends with this JVM, however that ends. Closing is
 * safe on any thread; the rest is for one.
 */
public final class ChildProcess implements AutoCloseable {
    /** How a Java child begins the line that says that it listens; the port follows. */
    public static final String READY = "ready ";

    private static final int PATIENCE_SECONDS = 10;

    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.output = process.inputReader();
        this.input = process.outputWriter();
    }

    /** Starts it. What it says on standard error goes to that of this JVM. */
    public static ChildProcess start(String name, List<String> command) throws IOException {
        return new ChildProcess(
                name,
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /**
     * Reads on to a line that begins in this way, and skips messages of the JVM, such as about a recording that began.
     *
     * @return the rest of the line
     * @throws IOException if it ended without it
     */
    public String await(String beginning) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
        }
        throw new IOException(name + " ended instead of saying \"" + beginning.strip() + '"');
    }

    /**
     * Asks for something with a line, and returns the rest of the line that answers, which begins with the same word.
     */
    public String ask(String word) throws IOException {
        input.write(word + '\n');
        input.flush();
        return await(word + ' ');
    }

    /**
     * Ends it as it wishes: a JVM at the end of its input, so that it writes its recording, and nginx at a signal.
     * Then by force, with all that it started.
     */
    @Override
    public void close() {
        List<ProcessHandle> started = handle().descendants().toList();
        try {
            input.close();
        } catch (IOException gone) {
            // It has ended already.
        }
        if (!started.isEmpty()) {
            process.destroy();
        }
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }
}
