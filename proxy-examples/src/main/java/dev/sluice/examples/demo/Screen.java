package dev.sluice.examples.demo;

import dev.sluice.examples.demo.Dashboard.Frame;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.List;

/**
 * Standard output. On a terminal each frame replaces the previous one. In a file or a pipe each frame is one line,
 * which follows the new events. For one thread.
 */
final class Screen {
    /** Longer lines are cut. A wrapped line would take two lines, and the next frame would not cover it. */
    private static final String WRAP_OFF = "\u001b[?7l";

    private static final String WRAP_ON = "\u001b[?7h";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private final boolean terminal;
    private int linesAbove;

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * The standard output of this process, not the one that Maven puts over it. Maven removes its own at Ctrl-C, while
     * we still write.
     */
    static Screen ofThisTerminal() {
        return new Screen(new PrintStream(new FileOutputStream(FileDescriptor.out)), terminal());
    }

    void show(Frame frame) {
        if (terminal) {
            drawOver(frame.table());
        } else {
            frame.fresh().forEach(out::println);
            out.println(frame.line());
        }
        out.flush();
    }

    /** Prints a line that stays. On a terminal it overwrites the echo of Ctrl-C. */
    void say(String line) {
        linesAbove = 0;
        out.println(terminal ? '\r' + line + CLEAR_LINE : line);
        out.flush();
    }

    private void drawOver(List<String> lines) {
        StringBuilder text = new StringBuilder(WRAP_OFF);
        if (linesAbove > 0) {
            text.append("\u001b[").append(linesAbove).append('A');
        }
        lines.forEach(line -> text.append('\r').append(line).append(CLEAR_LINE).append('\n'));
        out.print(text.append(CLEAR_BELOW).append(WRAP_ON));
        linesAbove = lines.size();
    }

    /** On 17 there is a console only with a terminal. From 22 on there may be one without a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean terminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            Method isTerminal = Console.class.getMethod("isTerminal");
            return (Boolean) isTerminal.invoke(console);
        } catch (ReflectiveOperationException older) {
            return true;
        }
    }
}
