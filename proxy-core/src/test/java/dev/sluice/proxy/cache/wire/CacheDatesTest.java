package dev.sluice.proxy.cache.wire;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** {@code Expires}, in each form of a date and in none (RFC 9111 §5.3, RFC 9110 §5.6.7). */
class CacheDatesTest extends CacheWireTable {
    private static final String EXPIRES = "RFC 9111 5.3";
    private static final String DATE = "RFC 9110 5.6.7";

    @Override
    void rows(CacheRow rows) {
        expires(rows);
        forms(rows);
        broken(rows);
    }

    private static void expires(CacheRow rows) {
        rows.fresh(EXPIRES, "a time to come", "Expires: @3600");
        rows.stale(EXPIRES, "a time that is past", "Expires: @-3600");
        rows.stale(EXPIRES, "the present", "Expires: @0");
        rows.stale(EXPIRES, "0", "Expires: 0");
        rows.stale(EXPIRES, "-1", "Expires: -1");
        rows.stale(EXPIRES, "nothing", "Expires: ");
        rows.fresh(EXPIRES, "after 2038", "Expires: Wed, 25 May 2050 12:00:00 GMT");
        rows.fresh(EXPIRES, "after 2106", "Expires: Sun, 21 Nov 2286 04:46:39 GMT");
        rows.fresh(EXPIRES, "in the last year", "Expires: Fri, 31 Dec 9999 23:59:59 GMT");
        rows.fresh("RFC 9111 4.2.1", "it counts from the date, which is to come", "Expires: @7200", "Date: @3600");
        rows.stale("RFC 9111 4.2.1", "it counts from the date, not from now", "Expires: @3600", "Date: @7200");
        rows.fresh("RFC 9111 4.2.1", "without a date from now", "Expires: @3600", "no date");
        rows.stale("RFC 9111 4.2.1", "of two lines both count the same, or none", "Expires: @-3600", "Expires: @3600");
        rows.stale("RFC 9111 5.3", "a broken one beside a good one", "Expires: 0", "Expires: @3600");
    }

    private static String later(String pattern) {
        // A weekday of the clock's first days: 2026-01-01, and at most a year of tests.
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(Instant.parse("2037-06-09T08:06:07Z"));
    }

    private static void forms(CacheRow rows) {
        rows.fresh(DATE, "as it should be", "Expires: " + later("EEE, dd MMM yyyy HH:mm:ss 'GMT'"));
        rows.fresh(DATE, "as in RFC 850", "Expires: " + later("EEEE, dd-MMM-yy HH:mm:ss 'GMT'"));
        rows.fresh(DATE, "as of asctime", "Expires: " + later("EEE MMM  d HH:mm:ss yyyy"));
        rows.fresh(
                "RFC 9111 4.2",
                "a month in capitals",
                "Expires: " + later("EEE, dd MMM yyyy HH:mm:ss 'GMT'").replace("Jun", "JUN"));
        rows.fresh(
                "RFC 9111 4.2",
                "a day in small letters",
                "Expires: " + later("EEE, dd MMM yyyy HH:mm:ss 'GMT'").replace("Tue", "tue"));
        rows.fresh("RFC 9111 4.2", "a zone in small letters", "Expires: " + later("EEE, dd MMM yyyy HH:mm:ss 'gmt'"));
    }

    private static void broken(CacheRow rows) {
        for (String pattern : new String[] {
            "EEE, dd MMM yyyy HH:mm:ss 'UTC'",
            "EEE, dd MMM yyyy HH:mm:ss 'AEST'",
            "EEE, dd MMM yyyy HH:mm:ss",
            "EEE, dd MMM yyyy HH:mm:ss +0000",
            "EEE, dd-MMM-yyyy HH:mm:ss 'GMT'",
            "EEE, d MMM yyyy HH:mm:ss 'GMT'",
            "EEE, dd MMM yyyy H:mm:ss 'GMT'",
            "EEE, dd MMM yyyy HH.mm.ss 'GMT'",
            "EEE, dd MMM yyyy HH:mm 'GMT'",
            "EEE, dd MMM yy HH:mm:ss 'GMT'",
            "EEE, dd MMM  yyyy HH:mm:ss 'GMT'",
            "EEE,  dd MMM yyyy HH:mm:ss 'GMT'",
            "EEE dd MMM yyyy HH:mm:ss 'GMT'",
            "EEE, dd MMM yyyy HH:mm:ss  'GMT'",
            "dd MMM yyyy HH:mm:ss 'GMT'",
            "EEE, dd MM yyyy HH:mm:ss 'GMT'",
            "yyyy-MM-dd'T'HH:mm:ss'Z'"
        }) {
            rows.stale(DATE, "no date: " + pattern, "Expires: " + later(pattern));
        }
        rows.stale(DATE, "a quoted date", "Expires: \"" + later("EEE, dd MMM yyyy HH:mm:ss 'GMT'") + '"');
        rows.stale(DATE, "a day that no month has", "Expires: Tue, 32 Jun 2037 08:06:07 GMT");
    }
}
