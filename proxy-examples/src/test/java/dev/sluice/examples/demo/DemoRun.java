package dev.sluice.examples.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The demo in a separate process, with standard output and standard error together. For one thread. */
final class DemoRun implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final StringBuilder said = new StringBuilder();

    DemoRun(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = process.inputReader();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Reads up to a line with this text. */
    String await(String text) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.contains(text)) {
                return line;
            }
        }
        throw new IOException("it ended without \"" + text + "\":\n" + said);
    }

    /** Sends a signal by its name, such as INT. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -" + name + ' ' + process.pid())
                .start()
                .waitFor();
    }

    /** Reads to the end. Returns the exit status. */
    int status() throws IOException, InterruptedException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
        }
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new IOException("it closed its output and does not end:\n" + said);
        }
        return process.exitValue();
    }

    /** All that has been read. */
    String said() {
        return said.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
