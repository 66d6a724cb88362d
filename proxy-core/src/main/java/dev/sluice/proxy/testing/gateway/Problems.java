package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a test must hear of at its end. Safe for use by many threads. */
final class Problems {
    private final List<String> messages = new ArrayList<>();
    private final List<Throwable> causes = new ArrayList<>();

    private boolean ended;

    /** From now on, nothing is one: what breaks off then breaks off since the gateway closes. */
    synchronized void end() {
        ended = true;
    }

    synchronized void add(String message) {
        if (!ended) {
            messages.add(message);
        }
    }

    synchronized void add(String message, Throwable cause) {
        add(message + ": " + cause);
        if (!ended) {
            causes.add(cause);
        }
    }

    /**
     * Throws them, and forgets them.
     *
     * @throws AssertionError if there are any
     */
    synchronized void check() {
        if (messages.isEmpty()) {
            return;
        }
        AssertionError error = new AssertionError(messages.stream().distinct().collect(Collectors.joining("\n\n")));
        causes.forEach(error::addSuppressed);
        messages.clear();
        causes.clear();
        throw error;
    }
}
