package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.syntax.HttpDate;
import java.time.Instant;

/** The value of a {@code Date} field (RFC 9110 §5.6.7), made once a second. */
final class DateField {
    private static volatile DateField last = new DateField(0);

    private final long second;
    private final String text;

    private DateField(long second) {
        this.second = second;
        this.text = HttpDate.format(Instant.ofEpochSecond(second));
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
