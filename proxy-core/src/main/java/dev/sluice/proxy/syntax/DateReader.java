package dev.sluice.proxy.syntax;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Reads dates of HTTP in exactly the three forms of RFC 9110 §5.6.7, without regard to case. The day of the week must be
 * that of the date, except beside a year of two digits, whose century is a guess.
 */
final class DateReader {
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String[] LONG_DAYS = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
    };
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private final String text;

    private DateReader(String text) {
        this.text = text;
    }

    static @Nullable Instant read(String text, Instant now) {
        DateReader reader = new DateReader(text);
        try {
            int comma = text.indexOf(',');
            return comma < 0 ? reader.asctime() : comma == 3 ? reader.usual() : reader.rfc850(comma, now);
        } catch (DateTimeException noSuchDate) {
            return null;
        }
    }

    /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    private @Nullable Instant usual() {
        if (text.length() != 29
                || !has(3, ", ")
                || !has(7, " ")
                || !has(11, " ")
                || !has(16, " ")
                || !has(25, " GMT")) {
            return null;
        }
        return time(17, date(number(12, 4), name(MONTHS, 8), number(5, 2), name(DAYS, 0)));
    }

    /** {@code Sun Nov  6 08:49:37 1994}. */
    private @Nullable Instant asctime() {
        if (text.length() != 24 || !has(3, " ") || !has(7, " ") || !has(10, " ") || !has(19, " ")) {
            return null;
        }
        int day = has(8, " ") ? number(9, 1) : number(8, 2);
        return time(11, date(number(20, 4), name(MONTHS, 4), day, name(DAYS, 0)));
    }

    /** {@code Sunday, 06-Nov-94 08:49:37 GMT}. */
    private @Nullable Instant rfc850(int comma, Instant now) {
        int from = comma + 2;
        boolean form = text.length() == from + 22 && has(comma, ", ") && has(from + 2, "-") && has(from + 6, "-");
        if (!form || !isLongDay(comma) || !has(from + 9, " ") || !has(from + 18, " GMT")) {
            return null;
        }
        int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
        int inCentury = number(from + 7, 2);
        if (inCentury < 0) {
            return null;
        }
        int year = thisYear - Math.floorMod(thisYear, 100) + inCentury;
        year += year <= thisYear - 50 ? 100 : 0;
        Instant date = time(from + 10, date(year, name(MONTHS, from + 3), number(from, 2), 0));
        boolean tooFar = date != null
                && date.isAfter(now.atOffset(ZoneOffset.UTC).plusYears(50).toInstant());
        return tooFar ? time(from + 10, date(year - 100, name(MONTHS, from + 3), number(from, 2), 0)) : date;
    }

    private boolean isLongDay(int comma) {
        for (String day : LONG_DAYS) {
            if (day.length() == comma && has(0, day)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The date, or null if a part is -1.
     *
     * @param weekday 1 to 7, or 0 for any
     */
    private static @Nullable LocalDate date(int year, int month, int day, int weekday) {
        if (year < 0 || month < 0 || day < 0 || weekday < 0) {
            return null;
        }
        LocalDate date = LocalDate.of(year, month, day);
        return weekday == 0 || date.getDayOfWeek().getValue() == weekday ? date : null;
    }

    /** The time {@code 08:49:37} on that date; a leap second is the next minute's first. Throws if an hour is none. */
    private @Nullable Instant time(int from, @Nullable LocalDate date) {
        int second = number(from + 6, 2);
        if (date == null || second < 0 || second > 60 || !has(from + 2, ":") || !has(from + 5, ":")) {
            return null;
        }
        return date.atTime(number(from, 2), number(from + 3, 2))
                .toInstant(ZoneOffset.UTC)
                .plusSeconds(second);
    }

    private boolean has(int at, String expected) {
        return text.regionMatches(true, at, expected, 0, expected.length());
    }

    /** Which of the names of three letters is here, from 1; -1 for none. */
    private int name(String names, int at) {
        for (int i = 0; i < names.length(); i += 3) {
            if (text.regionMatches(true, at, names, i, 3)) {
                return i / 3 + 1;
            }
        }
        return -1;
    }

    private int number(int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
