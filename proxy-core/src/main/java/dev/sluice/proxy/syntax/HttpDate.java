package dev.sluice.proxy.syntax;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The dates of HTTP's fields (RFC 9110 §5.6.7): written in one form, read in all three. */
public final class HttpDate {
    /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. The JDK's own writes a day of the month below 10 with one digit. */
    private static final DateTimeFormatter WRITTEN = form("EEE, dd MMM uuuu HH:mm:ss 'GMT'");

    /** {@code Sun Nov  6 08:49:37 1994}, as C's {@code asctime} writes it. */
    private static final DateTimeFormatter ASCTIME = form("EEE MMM ppd HH:mm:ss uuuu");

    private static final int CENTURY = 100;

    /** A year of two digits is at most this far ahead. */
    private static final int AHEAD = 50;

    private HttpDate() {}

    private static DateTimeFormatter form(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    /** The date in the form for sending; fractions of a second are cut off. */
    public static String format(Instant time) {
        return WRITTEN.format(time);
    }

    /**
     * The date of the text, or null if it is not a date.
     *
     * @param now decides about a year of two digits: it is at most 50 years ahead
     */
    public static @Nullable Instant parse(String text, Instant now) {
        Instant usual = parsed(DateTimeFormatter.RFC_1123_DATE_TIME, text);
        if (usual != null) {
            return usual;
        }
        int comma = text.indexOf(',');
        return comma < 0 ? parsed(ASCTIME, text) : rfc850(text.substring(comma + 1), now);
    }

    /**
     * The date of the text, or null if it is not a date in exactly one of the three forms. Letters are compared without
     * case, as caches should (RFC 9111 §4.2).
     *
     * @param now decides about a year of two digits: it is at most 50 years ahead
     */
    public static @Nullable Instant parseStrictly(String text, Instant now) {
        return DateReader.read(text, now);
    }

    /** What follows {@code Sunday,} in {@code Sunday, 06-Nov-94 08:49:37 GMT}: the day of the week adds nothing. */
    private static @Nullable Instant rfc850(String text, Instant now) {
        int year = now.atOffset(ZoneOffset.UTC).getYear();
        DateTimeFormatter form = new DateTimeFormatterBuilder()
                .appendPattern(" dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, year + AHEAD - CENTURY + 1)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
        Instant read = parsed(form, text);
        if (read == null) {
            return null;
        }
        boolean tooFar =
                read.isAfter(now.atOffset(ZoneOffset.UTC).plusYears(AHEAD).toInstant());
        return tooFar ? read.atOffset(ZoneOffset.UTC).minusYears(CENTURY).toInstant() : read;
    }

    private static @Nullable Instant parsed(DateTimeFormatter form, String text) {
        try {
            return form.parse(text, Instant::from);
        } catch (DateTimeException otherForm) {
            return null;
        }
    }
}
