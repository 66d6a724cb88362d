package dev.sluice.lab;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Says how far a long command is. On a terminal it is one line, which is rewritten each second and is gone at the end.
 * Elsewhere, such as in a log, it is a line each ten seconds, so that a short command says nothing. Safe for use by many
 * threads.
 */
public final class Progress implements AutoCloseable {
    private static final String CLEAR = "\r\u001B[K";
    private static final int COLUMNS = 79;
    private static final Duration REWRITTEN = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private final PrintStream err;
    private final boolean terminal;
    private final TimeSource time;
    private final long beginNanos;
    private final Signal over = new Signal();
    private final Signal ended;
    private Supplier<String> what = () -> "starting";
    private boolean shown;

    /**
     * Begins.
     *
     * @param err where the progress is written
     * @param terminal whether a person looks at it, so that a line can be rewritten
     */
    Progress(PrintStream err, boolean terminal, TimeSource time) {
        this.err = err;
        this.terminal = terminal;
        this.time = time;
        this.beginNanos = time.nanos();
        this.ended = time.start("progress", this::run);
    }

    /** The progress of this JVM's command, on the standard error. */
    public static Progress open() {
        return new Progress(System.err, isTerminal(STANDARD_ERROR), TimeSource.system());
    }

    /** Where the system does not tell, there is no terminal: lines can be read everywhere. */
    static boolean isTerminal(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** Sets what is being done now. */
    public void now(String doing) {
        now(() -> doing);
    }

    /** Sets what is being done now. It is asked for each time that it is shown, on a thread of its own. */
    public synchronized void now(Supplier<String> doing) {
        what = doing;
        if (terminal) {
            show();
        }
    }

    /** Writes a line that stays. */
    public synchronized void note(String line) {
        clear();
        err.println(line);
    }

    /** The same stream. What is written to it does not mix with the line on the terminal. */
    public PrintStream beside(PrintStream out) {
        return new PrintStream(new Beside(out), true, Charset.defaultCharset());
    }

    /** Ends, and takes the line from the terminal. */
    @Override
    public void close() {
        over.fire();
        try {
            time.await(ended, TimeSource.NEVER);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            clear();
        }
    }

    private void run() {
        Duration between = terminal ? REWRITTEN : BETWEEN_LINES;
        try {
            while (!time.await(over, time.deadline(between))) {
                show();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void show() {
        long seconds = Duration.ofNanos(time.nanos() - beginNanos).toSeconds();
        String line = String.format("[%d:%02d] ", seconds / 60, seconds % 60) + what.get();
        if (terminal) {
            err.print(CLEAR + line.substring(0, Math.min(COLUMNS, line.length())));
            err.flush();
            shown = true;
        } else {
            err.println(line);
        }
    }

    private synchronized void clear() {
        if (shown) {
            err.print(CLEAR);
            err.flush();
            shown = false;
        }
    }

    /** Clears the line before each write. */
    private final class Beside extends FilterOutputStream {
        Beside(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            synchronized (Progress.this) {
                clear();
                out.write(bytes, from, length);
            }
        }
    }
}
