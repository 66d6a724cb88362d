package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.Ascii;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The {@code Keep-Alive} field of a response, by which an origin says how long it keeps an idle connection. */
final class KeepAliveField {
    private KeepAliveField() {}

    /** Its {@code timeout} parameter, in seconds, or null if there is none that can be read. */
    static @Nullable Duration timeout(Headers received) {
        if (!received.has("Keep-Alive")) {
            return null;
        }
        for (String parameter : received.list("Keep-Alive")) {
            String text = parameter.toLowerCase(Locale.ROOT);
            String digits = text.startsWith("timeout=") ? text.substring("timeout=".length()) : "";
            int seconds = Ascii.number(digits, 6);
            if (seconds >= 0) {
                return Duration.ofSeconds(seconds);
            }
        }
        return null;
    }
}
