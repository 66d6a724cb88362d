package dev.sluice.examples.pages;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An example that runs in a separate JVM. For one thread. */
final class ExampleProcess implements AutoCloseable {
    private static final String LISTENING = "listening at ";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private ExampleProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "example-output");
        reader.setDaemon(true);
        reader.start();
    }

    static ExampleProcess start(Program program) throws IOException {
        return new ExampleProcess(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        program.folder() + System.getProperty("path.separator") + System.getProperty("java.class.path"),
                        program.name()))
                .redirectErrorStream(true)
                .start());
    }

    /** Waits until the server listens. */
    ExampleClient client() throws InterruptedException {
        String line = await(LISTENING);
        int port = Integer.parseInt(line.replaceAll(".*:(\\d+).*", "$1"));
        return new ExampleClient(new InetSocketAddress("127.0.0.1", port));
    }

    /** Waits for a line that contains this text, on either output, and returns the line. */
    String await(String part) throws InterruptedException {
        StringBuilder passed = new StringBuilder();
        while (true) {
            String line = lines.poll(30, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line with \"" + part + "\" among:\n" + passed);
            }
            if (line.contains(part)) {
                return line;
            }
            passed.append(line).append('\n');
        }
    }

    /** Sends the signal TERM, as Ctrl-C sends INT, and returns the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException ended) {
            // The lines have ended too.
        }
    }
}
