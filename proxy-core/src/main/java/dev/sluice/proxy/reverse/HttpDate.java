package dev.sluice.proxy.reverse;

import dev.sluice.proxy.Headers;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The origin's own clock, as its {@code Date} field tells (RFC 9110 §6.6.1). */
final class HttpDate {
    private HttpDate() {}

    /** The time in {@code Date}, or null when there is none in the preferred format. */
    static @Nullable Instant parse(Headers headers) {
        String date = headers.first("Date").orElse(null);
        if (date == null) {
            return null;
        }
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
        } catch (DateTimeException unreadable) {
            return null;
        }
    }
}
