package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a test must hear of at its end. Safe for use by many threads. */
final class Problems {
    private List<Problem> present = new ArrayList<>();

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

    private static void check(List<Problem> problems) {
        if (problems.isEmpty()) {
            return;
        }
        AssertionError error = new AssertionError(
                problems.stream().map(Problem::message).distinct().collect(Collectors.joining("\n\n")));
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
