package dev.sluice.proxy.transport.direct;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of a {@code Date} field (RFC 9110 §5.6.7), made once a second. */
final class DateField {
    /** The JDK's own formatter for it writes a day of the month below 10 with one digit. */
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static volatile DateField last = new DateField(0);

    private final long second;
    private final String text;

    private DateField(long second) {
        this.second = second;
        this.text = FORM.format(Instant.ofEpochSecond(second));
    }

    /** The value for this time. */
    static String at(Instant now) {
        DateField made = last;
        if (made.second != now.getEpochSecond()) {
            made = new DateField(now.getEpochSecond());
            last = made;
        }
        return made.text;
    }
}
