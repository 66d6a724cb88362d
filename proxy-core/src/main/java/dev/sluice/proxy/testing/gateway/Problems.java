package dev.sluice.proxy.testing.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
    /** Those from before each part that is open, the outermost first. */
    private final Deque<List<Problem>> before = new ArrayDeque<>();

    private boolean ended;

    private record Problem(String message, @Nullable Throwable cause) {}

    /**
     * None yet.
     *
     * @param context is told behind them
     */
    Problems(Supplier<String> context) {
        this.context = context;
    }

    /**
     * From now on, nothing is one: what breaks off then breaks off since the gateway closes.
     *
     * @return false if that is so already
     */
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    /** The gateway opens again. */
    synchronized void resume() {
        ended = false;
    }

    void add(String message) {
        add(new Problem(message, null));
    }

    void add(String message, Throwable cause) {
        add(new Problem(message + ": " + cause, cause));
    }

    /** Adds one whose message says all. */
    void told(String message, @Nullable Throwable cause) {
        add(new Problem(message, cause));
    }

    private synchronized void add(Problem problem) {
        if (!ended) {
            present.add(problem);
        }
    }

    /** Begins a part of the test, with problems of its own. */
    synchronized Part begin() {
        before.addLast(present);
        present = new ArrayList<>();
        return more -> {
            List<Problem> now;
            synchronized (this) {
                now = present;
                present = before.isEmpty() ? new ArrayList<>() : before.removeLast();
            }
            require(now, more);
        };
    }

    /**
     * Throws those of the present part and from before it, and forgets them.
     *
     * @param more others that are known only now
     * @throws AssertionError if there are any
     */
    void check(List<String> more) {
        List<Problem> now;
        synchronized (this) {
            now = new ArrayList<>();
            before.forEach(each -> {
                now.addAll(each);
                each.clear();
            });
            now.addAll(present);
            present = new ArrayList<>();
        }
        require(now, more);
    }

    private void require(List<Problem> problems, List<String> more) {
        List<String> messages =
                new ArrayList<>(problems.stream().map(Problem::message).toList());
        messages.addAll(more);
        if (messages.isEmpty()) {
            return;
        }
        String told = messages.stream().limit(MOST).collect(Collectors.joining("\n\n"));
        int others = messages.size() - MOST;
        AssertionError error = new AssertionError(
                told + (others > 0 ? "\n\nand " + others + " more like these" : "") + "\n\n" + context.get());
        for (Problem problem : problems) {
            if (problem.cause() != null) {
                error.addSuppressed(problem.cause());
            }
        }
        throw error;
    }

    /** A part of the test. */
    interface Part {
        /**
         * Ends it: the problems from before count again.
         *
         * @param more others that are known only now
         * @throws AssertionError if it had problems
         */
        void end(List<String> more);
    }
}
