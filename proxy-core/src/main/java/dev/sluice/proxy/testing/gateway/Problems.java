package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a test must hear of at its end. Safe for use by many threads. */
final class Problems {
    /** The most that a message tells in full. */
    private static final int MOST = 5;

    private final Supplier<String> context;
    private List<Problem> present = new ArrayList<>();

    /** None yet; {@code context} is told behind them. */
    Problems(Supplier<String> context) {
        this.context = context;
    }

    private record Problem(String message, @Nullable Throwable cause) {}

    synchronized void add(String message) {
        present.add(new Problem(message, null));
    }

    synchronized void add(String message, Throwable cause) {
        present.add(new Problem(message + ": " + cause, cause));
    }

    /** Begins a part of the test, with problems of its own. */
    synchronized Part begin() {
        List<Problem> before = present;
        present = new ArrayList<>();
        return () -> end(before);
    }

    private synchronized void end(List<Problem> before) {
        List<Problem> ended = present;
        present = before;
        check(ended);
    }

    /**
     * Throws those of the present part, and forgets them.
     *
     * @throws AssertionError if there are any
     */
    synchronized void check() {
        check(present);
    }

    private void check(List<Problem> problems) {
        if (problems.isEmpty()) {
            return;
        }
        String told = problems.stream().limit(MOST).map(Problem::message).collect(Collectors.joining("\n\n"));
        int more = problems.size() - MOST;
        AssertionError error = new AssertionError(
                told + (more > 0 ? "\n\nand " + more + " more like these" : "") + "\n\n" + context.get());
        for (Problem problem : problems) {
            if (problem.cause() != null) {
                error.addSuppressed(problem.cause());
            }
        }
        problems.clear();
        throw error;
    }

    /** A part of the test. */
    interface Part {
        /**
         * Ends it: the problems from before count again.
         *
         * @throws AssertionError if it had problems
         */
        void end();
    }
}
