package dev.sluice.proxy.log;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A named value of a line. It is a text, a number, a truth value, or tags; null if it is missing. Immutable.
 *
 * @param asItIs whether its text is ours, and has nothing that must be escaped
 */
record Field(String name, boolean asItIs, Function<LogEntry, @Nullable Object> value) {
    static Field of(String name, Function<LogEntry, @Nullable Object> value) {
        return new Field(name, false, value);
    }

    @Nullable
    Object of(LogEntry entry) {
        return value.apply(entry);
    }
}
