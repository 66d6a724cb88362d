package dev.sluice.proxy.log;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.internal.Printable;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Makes a field of a user's function. */
final class OwnField {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    private OwnField() {}

    static Field of(String name, Function<ExchangeRecord, @Nullable Object> function, boolean redacted, Logger log) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name of a field must be letters, digits, and _ . -: \"" + Printable.of(name) + '"');
        }
        // As a text already here, so that a fault of its method is one of the function.
        Guarded<@Nullable Object> guarded = new Guarded<@Nullable Object>(
                "field \"" + name + "\" of an access log", record -> plain(function.apply(record)), null, log);
        return Field.of(name, entry -> shown(guarded.of(entry.record()), entry, redacted));
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return plain(optional.orElse(null));
        }
        return value == null || value instanceof Boolean || isNumber(value) ? value : value.toString();
    }

    /** One of the JDK's: what others look like as a text may be no number in JSON. */
    private static boolean isNumber(Object value) {
        return value instanceof Number && value.getClass().getName().startsWith("java.");
    }

    private static @Nullable Object shown(@Nullable Object value, LogEntry entry, boolean redacted) {
        return redacted && value instanceof String text ? entry.redaction().text(text) : value;
    }
}
