package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.date;
import static dev.sluice.proxy.cache.rule.Times.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.StoredHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §4.3.2; RFC 9110 §13.1, §13.2.2, §15.4.5. */
class ConditionsTest {
    private static final StoredHead TAGGED = head("ETag", "\"a\"", "Last-Modified", date(-100));
    private static final StoredHead WEAK = head("ETag", "W/\"a\"");
    private static final StoredHead DATED = head("Last-Modified", date(-100));
    private static final StoredHead PLAIN = head("Date", date(-50));

    private static boolean met(StoredHead stored, String... request) {
        return Conditions.areMet(Headers.of(request), stored, T0);
    }

    /** §4.3.2. */
    @Test
    void ifMatchAndIfUnmodifiedSinceAreForTheOrigin() {
        assertThat(Conditions.areForOrigin(Headers.of("If-Match", "*"))).isTrue();
        assertThat(Conditions.areForOrigin(Headers.of("if-unmodified-since", "x")))
                .isTrue();
        assertThat(Conditions.areForOrigin(
                        Headers.of("If-None-Match", "*", "If-Modified-Since", date(0), "If-Range", "x")))
                .isFalse();
    }

    /** RFC 9110 §13.1.2: compared weakly. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "\"a\" | true",
                "W/\"a\" | true",
                "\"b\", \"a\" | true",
                "* | true",
                "\"b\" | false",
                "a | false",
                "\"A\" | false",
                "\"b, \"a\" | true",
                "*, \"b\" | false",
                "w/\"a\" | false",
                "~~ | false",
                "\"a\"b | false"
            },
            delimiter = '|')
    void aTagThatTheClientHasIsAnswered(String tags, boolean expected) {
        assertThat(met(TAGGED, "If-None-Match", tags)).isEqualTo(expected);
        assertThat(met(WEAK, "If-None-Match", tags)).isEqualTo(expected);
    }

    @Test
    void withoutATagOnlyAnAsteriskIsMet() {
        assertThat(met(PLAIN, "If-None-Match", "*")).isTrue();
        assertThat(met(PLAIN, "If-None-Match", "\"a\"")).isFalse();
        assertThat(met(head("ETag", "a"), "If-None-Match", "a")).isFalse();
    }

    /** RFC 9110 §13.1.3. */
    @Test
    void aDateNotBeforeTheLastChangeIsMet() {
        assertThat(met(DATED, "If-Modified-Since", date(-100))).isTrue();
        assertThat(met(DATED, "If-Modified-Since", date(-99))).isTrue();
        assertThat(met(DATED, "If-Modified-Since", date(-101))).isFalse();
        assertThat(met(DATED)).isFalse();
    }

    /** RFC 9110 §13.1.3: ignored. */
    @ParameterizedTest
    @ValueSource(strings = {"", "0", "tomorrow", "Sat, 02 May 2026 12:00:00 CET"})
    void aMalformedDateIsNotMet(String value) {
        assertThat(met(DATED, "If-Modified-Since", value)).isFalse();
        assertThat(met(DATED, "If-Modified-Since", date(0), "If-Modified-Since", date(0)))
                .isFalse();
    }

    /** §4.3.2. */
    @Test
    void withoutLastModifiedTheDateOrTheReceiptCounts() {
        StoredHead undated =
                PLAIN.toBuilder().headers(Headers.of("Last-Modified", "x")).build();

        assertThat(met(PLAIN, "If-Modified-Since", date(-50))).isTrue();
        assertThat(met(PLAIN, "If-Modified-Since", date(-51))).isFalse();
        assertThat(met(undated, "If-Modified-Since", date(0))).isTrue();
        assertThat(met(undated, "If-Modified-Since", date(-1))).isFalse();
    }

    /** §4.3.2; RFC 9110 §13.2.2. */
    @Test
    void ifNoneMatchCountsBeforeIfModifiedSince() {
        assertThat(met(TAGGED, "If-None-Match", "\"b\"", "If-Modified-Since", date(0)))
                .isFalse();
        assertThat(met(TAGGED, "If-None-Match", "\"a\"", "If-Modified-Since", date(-500)))
                .isTrue();
        assertThat(met(TAGGED, "If-None-Match", "malformed", "If-Modified-Since", date(0)))
                .isFalse();
    }

    /** §4.3.2: for a stored 200. */
    @Test
    void conditionsAreForA200() {
        assertThat(met(head(404, "ETag", "\"a\""), "If-None-Match", "\"a\"")).isFalse();
        assertThat(met(head(301, "Last-Modified", date(-9)), "If-Modified-Since", date(0)))
                .isFalse();
    }

    /** RFC 9110 §15.4.5. */
    @Test
    void a304HasTheFieldsThatItMustHaveAndNoneOfTheContent() {
        Headers fields = Conditions.notModified(Headers.of(
                "Content-Type",
                "a/b",
                "Content-Length",
                "1",
                "Content-Encoding",
                "gzip",
                "Content-Language",
                "en",
                "ETag",
                "\"a\"",
                "Last-Modified",
                date(-1),
                "Cache-Control",
                "max-age=1",
                "Content-Location",
                "/x",
                "Date",
                date(0),
                "Expires",
                date(9),
                "Vary",
                "Accept",
                "Age",
                "3",
                "Set-Cookie",
                "a=b",
                "X-Other",
                "1",
                "Repr-Digest",
                "x"));

        assertThat(fields.toString())
                .isEqualTo(
                        "Headers[ETag, Cache-Control, Content-Location, Date, Expires, Vary, Age, Set-Cookie, X-Other]");
        assertThat(Conditions.notModified(Headers.of("Last-Modified", date(-1))).has("Last-Modified"))
                .isTrue();
        assertThat(Conditions.notModified(Headers.of("Last-Modified", date(-1), "ETag", "x"))
                        .has("Last-Modified"))
                .isTrue();
    }
}
