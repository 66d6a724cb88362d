package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a test must hear of at its end. Safe for use by many threads. */
final class Problems {
    private final List<String> messages = new ArrayList<>();
    private final List<Throwable> causes = new ArrayList<>();

    synchronized void add(String message) {
        add(message, null);
    }

    synchronized void add(String message, @Nullable Throwable cause) {
        messages.add(message);
        if (cause != null) {
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
