package dev.sluice.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process whose standard input is held open. A child that reads it ends with this JVM, even if this JVM is killed.
 * {@code close} is safe on any thread; everything else is for one thread.
 */
public final class ChildProcess implements AutoCloseable {
    /** The start of the line with which a Java child says that it listens. The port follows. */
    public static final String READY = "ready ";

    private static final int PATIENCE_SECONDS = 10;

    private final String name;
    private final Process process;
    private final boolean readsInput;
    private final BufferedReader output;
    private final Writer input;

    private ChildProcess(String name, Process process, boolean readsInput) {
        this.name = name;
        this.process = process;
        this.readsInput = readsInput;
        this.output = process.inputReader();
        this.input = process.outputWriter();
    }

    /**
     * Starts a process that ends at the end of its input. Its standard error goes to the standard error of this JVM.
     */
    public static ChildProcess start(String name, List<String> command) throws IOException {
        return new ChildProcess(name, run(command), true);
    }

    /** Starts a process that does not read its input, such as a server that is no JVM; a signal ends it. */
    public static ChildProcess startServer(String name, List<String> command) throws IOException {
        return new ChildProcess(name, run(command), false);
    }

    private static Process run(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /**
     * Reads up to a line that begins with this text. It skips messages of the JVM, such as the one about a recording.
     *
     * @return the rest of the line
     * @throws IOException if the process ended without such a line
     */
    public String await(String beginning) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
        }
        throw new IOException(name + " ended instead of saying \"" + beginning.strip() + '"');
    }

    /** Sends a question as one line. Returns the rest of the line that answers; it begins with the same word. */
    public String ask(String word) throws IOException {
        input.write(word + '\n');
        input.flush();
        return await(word + ' ');
    }

    /**
     * Ends the process in the orderly way first: a JVM ends at the end of its input, so that it writes its recording,
     * and a server ends at a signal. Then it is killed, together with the processes that it started.
     */
    @Override
    public void close() {
        List<ProcessHandle> started = handle().descendants().toList();
        try {
            input.close();
        } catch (IOException gone) {
            // The process has already ended.
        }
        if (!readsInput) {
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
