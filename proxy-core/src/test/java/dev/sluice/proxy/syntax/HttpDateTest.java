package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §5.6.7. */
class HttpDateTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
                "Sun, 6 Nov 1994 08:49:37 GMT"
            })
    void allFormsAreRead(String text) {
        assertThat(HttpDate.parse(text, NOW)).isEqualTo("1994-11-06T08:49:37Z");
    }

    @Test
    void asctimeHasADayOfTwoDigitsToo() {
        assertThat(HttpDate.parse("Wed Nov 16 08:49:37 1994", NOW)).isEqualTo("1994-11-16T08:49:37Z");
    }

    @ParameterizedTest
    @CsvSource({
        "01-May-76 11:59:59, 2076-05-01T11:59:59Z",
        "01-May-76 12:00:00, 2076-05-01T12:00:00Z",
        "01-May-76 12:00:01, 1976-05-01T12:00:01Z",
        "01-May-77 12:00:00, 1977-05-01T12:00:00Z",
        "01-May-00 12:00:00, 2000-05-01T12:00:00Z"
    })
    void aYearOfTwoDigitsIsAtMostFiftyYearsAhead(String text, String date) {
        assertThat(HttpDate.parse("Friday, " + text + " GMT", NOW)).isEqualTo(date);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                ",",
                "soon, very soon",
                "1994-11-06T08:49:37Z",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37",
                "Sunday, 06-Foo-94 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov  6 24:49:37 1994"
            })
    void whatIsNoDateIsNone(String text) {
        assertThat(HttpDate.parse(text, NOW)).isNull();
    }

    @Test
    void oneFormIsWritten() {
        Instant time = Instant.parse("1994-11-06T08:49:37.999Z");

        assertThat(HttpDate.format(time)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "sun, 06 nov 1994 08:49:37 gmt",
                "SUN, 06 NOV 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "SUNDAY, 06-NOV-94 08:49:37 gmt",
                "Sun Nov  6 08:49:37 1994",
                "sun nov 06 08:49:37 1994"
            })
    void strictlyAllFormsAreReadWithoutCase(String text) {
        assertThat(HttpDate.parseStrictly(text, NOW)).isEqualTo("1994-11-06T08:49:37Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                ",",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun, 06 Nov 1994 8:49:37 GMT",
                "Sun, 06 Nov 1994 08:49 GMT",
                "Sun, 06 Nov 1994 08.49.37 GMT",
                "Sun, 06 Nov 1994 08.49:37 GMT",
                "Sun, 06 Nov 1994 08:49.37 GMT",
                "Sun, 06 Nov 1994 ab:49:37 GMT",
                "Sun, 06 Nov 1994 08:ab:37 GMT",
                "Sun, 06 Nov 1994 08:49:ab GMT",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 EST",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 1994 08:49:37 AEST",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 GMT, 1",
                "Sun, 06-Nov-1994 08:49:37 GMT",
                "Sun,  06 Nov 1994 08:49:37 GMT",
                "Sun, 06  Nov 1994 08:49:37 GMT",
                "Sun 06 Nov 1994 08:49:37 GMT",
                "06 Nov 1994 08:49:37 GMT",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Xxx, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Foo 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Sun, 31 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:00 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Nov 19a4 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37",
                "Sunday, 06-Nov-94 08:49:37 CET",
                "Sunday, 06-Nov-94 08:49:37 GMT x",
                "Sunday, 6-Nov-94 08:49:37 GMT",
                "Sunday, 06 Nov 94 08:49:37 GMT",
                "Sun., 06-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-x4 08:49:37 GMT",
                "Sunday,06-Nov-94 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov  6 08:49:37 94",
                "Mon Nov  6 08:49:37 1994",
                "Sun Nov  6 08:49:37 1994 GMT",
                "1994-11-06T08:49:37Z"
            })
    void strictlyNothingElseIsADate(String text) {
        assertThat(HttpDate.parseStrictly(text, NOW)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "01-May-76 11:59:59, 2076-05-01T11:59:59Z",
        "01-May-76 12:00:00, 2076-05-01T12:00:00Z",
        "01-May-76 12:00:01, 1976-05-01T12:00:01Z",
        "01-May-77 12:00:00, 1977-05-01T12:00:00Z",
        "29-Feb-00 12:00:00, 2000-02-29T12:00:00Z"
    })
    void strictlyAYearOfTwoDigitsIsAtMostFiftyYearsAheadToo(String text, String date) {
        assertThat(HttpDate.parseStrictly("Friday, " + text + " GMT", NOW)).isEqualTo(date);
    }

    @Test
    void aLeapSecondIsTheNextMinutesFirst() {
        assertThat(HttpDate.parseStrictly("Sat, 31 Dec 2016 23:59:60 GMT", NOW)).isEqualTo("2017-01-01T00:00:00Z");
    }
}
