package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.at;
import static dev.sluice.proxy.cache.rule.Times.atMillis;
import static dev.sluice.proxy.cache.rule.Times.date;
import static dev.sluice.proxy.cache.rule.Times.facts;
import static dev.sluice.proxy.cache.rule.Times.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.StoredHead;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long responses are fresh, and how old they are (RFC 9111 §4.2). */
class FactsTest {
    private static final Policy HEURISTIC = Policy.STRICT.withHeuristics(Duration.ofHours(24));
    private static final Policy TARGETED = Policy.STRICT.withTargets(List.of("CDN-Cache-Control"));

    private static long lifetime(Policy policy, String... fields) {
        return facts(policy, fields).lifetime().toSeconds();
    }

    /** RFC 9111 §4.2.1, §5.3. */
    @Test
    void sMaxageCountsBeforeMaxAgeAndMaxAgeBeforeExpires() {
        String expires = date(30);

        assertThat(lifetime(Policy.STRICT, "Cache-Control", "max-age=20, s-maxage=10", "Expires", expires))
                .isEqualTo(10);
        assertThat(lifetime(Policy.STRICT, "Cache-Control", "max-age=20", "Expires", expires))
                .isEqualTo(20);
        assertThat(lifetime(Policy.STRICT, "Expires", expires)).isEqualTo(30);
        assertThat(lifetime(Policy.STRICT, "Cache-Control", "max-age=x", "Expires", expires))
                .isZero();
        assertThat(lifetime(Policy.STRICT, "Cache-Control", "s-maxage=x, max-age=9", "Expires", expires))
                .isZero();
        assertThat(lifetime(Policy.STRICT)).isZero();
    }

    /** RFC 9111 §4.2.1: not minus the time now. */
    @Test
    void expiresCountsFromTheDate() {
        assertThat(lifetime(Policy.STRICT, "Expires", date(60), "Date", date(-100)))
                .isEqualTo(160);
        assertThat(lifetime(Policy.STRICT, "Expires", date(60), "Date", date(100)))
                .isZero();
        assertThat(lifetime(Policy.STRICT, "Expires", date(60), "Date", date(60)))
                .isZero();
    }

    /** RFC 9110 §6.6.1. */
    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "Fri, 01 May 2026 12:00:00 UTC"})
    void withoutADateThatCanBeReadItCountsFromTheReceipt(String malformed) {
        assertThat(lifetime(Policy.STRICT, "Expires", date(60))).isEqualTo(60);
        assertThat(lifetime(Policy.STRICT, "Expires", date(60), "Date", malformed))
                .isEqualTo(60);
    }

    /** RFC 9111 §5.3, §4.2. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "never", "Sat, 02 May 2026 12:00:00 UTC", "Sat, 02 May 2026 12:00:00 +0100"})
    void anInvalidExpiresIsInThePast(String expires) {
        Facts facts = facts(HEURISTIC, "Expires", expires, "Last-Modified", date(-100_000));

        assertThat(facts.isFresh(T0)).isFalse();
        assertThat(facts.lifetime()).as("and not heuristic").isZero();
    }

    /** RFC 9111 §4.2: dates are compared without case. */
    @Test
    void expiresIsReadInAllThreeFormsWithoutCase() {
        assertThat(lifetime(Policy.STRICT, "Expires", "FRI, 01 MAY 2026 12:01:00 gmt"))
                .isEqualTo(60);
        assertThat(lifetime(Policy.STRICT, "Expires", "friday, 01-may-26 12:01:00 GMT"))
                .isEqualTo(60);
        assertThat(lifetime(Policy.STRICT, "Expires", "Fri May  1 12:01:00 2026"))
                .isEqualTo(60);
    }

    /** RFC 9111 §4.2.2. */
    @Test
    void heuristicsTakeATenthOfTheTimeSinceTheLastChange() {
        assertThat(lifetime(HEURISTIC, "Last-Modified", date(-1_000))).isEqualTo(100);
        assertThat(lifetime(HEURISTIC, "Last-Modified", date(-1_000), "Date", date(-500)))
                .isEqualTo(50);
        assertThat(lifetime(HEURISTIC, "Last-Modified", date(-100_000_000))).isEqualTo(86_400);
        assertThat(lifetime(HEURISTIC, "Last-Modified", date(1_000))).isZero();
        assertThat(lifetime(HEURISTIC, "Last-Modified", "x")).isZero();
        assertThat(lifetime(HEURISTIC)).isZero();
        assertThat(lifetime(Policy.STRICT, "Last-Modified", date(-1_000))).isZero();
    }

    /** RFC 9111 §4.2.2. */
    @Test
    void heuristicsAreNotUsedBesideAnExplicitTimeNorWithACookie() {
        String modified = date(-1_000);

        assertThat(lifetime(HEURISTIC, "Last-Modified", modified, "Cache-Control", "max-age=1"))
                .isEqualTo(1);
        assertThat(lifetime(HEURISTIC, "Last-Modified", modified, "Cache-Control", "max-age=x"))
                .isZero();
        assertThat(lifetime(HEURISTIC, "Last-Modified", modified, "Expires", "x"))
                .isZero();
        assertThat(lifetime(HEURISTIC, "Last-Modified", modified, "Set-Cookie", "a=b"))
                .isZero();
    }

    /** RFC 9111 §4.2.2, §5.2.2.9; RFC 9110 §15.1. */
    @ParameterizedTest
    @CsvSource({
        "200, true",
        "203, true",
        "204, true",
        "300, true",
        "301, true",
        "308, true",
        "404, true",
        "405, true",
        "410, true",
        "414, true",
        "501, true",
        "201, false",
        "302, false",
        "303, false",
        "307, false",
        "400, false",
        "403, false",
        "500, false",
        "503, false",
        "599, false"
    })
    void heuristicsAreForSomeStatusesAndForWhatIsPublic(int status, boolean allowed) {
        StoredHead plain = head(status, "Last-Modified", date(-1_000));
        StoredHead open = head(status, "Last-Modified", date(-1_000), "Cache-Control", "public");
        StoredHead malformed = head(status, "Last-Modified", date(-1_000), "Cache-Control", "public=1");

        assertThat(Facts.of(plain, HEURISTIC).isFresh(at(99))).isEqualTo(allowed);
        assertThat(Facts.of(open, HEURISTIC).isFresh(at(99))).isTrue();
        assertThat(Facts.of(malformed, HEURISTIC).isFresh(at(99))).isEqualTo(allowed);
    }

    /** RFC 9213 §2.2. */
    @Test
    void aTargetedFieldReplacesCacheControlAndExpires() {
        String[] both = {"CDN-Cache-Control", "max-age=5", "Cache-Control", "s-maxage=50", "Expires", date(500)};

        assertThat(lifetime(TARGETED, both)).isEqualTo(5);
        assertThat(lifetime(Policy.STRICT, both)).isEqualTo(50);
        assertThat(lifetime(TARGETED, "CDN-Cache-Control", "foo", "Cache-Control", "max-age=50"))
                .isZero();
        assertThat(lifetime(TARGETED, "CDN-Cache-Control", "foo", "Expires", date(500)))
                .isZero();
        assertThat(lifetime(TARGETED, "CDN-Cache-Control", "=", "Expires", date(500)))
                .isEqualTo(500);
        assertThat(lifetime(TARGETED, "CDN-Cache-Control", "", "Cache-Control", "max-age=50"))
                .isEqualTo(50);
        assertThat(lifetime(TARGETED, "CDN-Cache-Control", "max-age=\"5\"", "Cache-Control", "max-age=50"))
                .isZero();
    }

    /** RFC 9213 §2.2: the semantics are the same, and so is Age. */
    @Test
    void ageCountsAgainstATargetedFieldToo() {
        assertThat(facts(TARGETED, "CDN-Cache-Control", "max-age=5", "Age", "4").isFresh(T0))
                .isTrue();
        assertThat(facts(TARGETED, "CDN-Cache-Control", "max-age=5", "Age", "5").isFresh(T0))
                .isFalse();
    }

    @Test
    void aPolicySaysAndLimitsHowLong() {
        Policy chosen = Policy.STRICT.withLifetime(status -> status == 200 ? Duration.ofSeconds(7) : null);
        Policy capped = Policy.STRICT.withMaxLifetime(status -> status == 200 ? Duration.ofSeconds(7) : null);

        assertThat(lifetime(chosen, "Cache-Control", "max-age=50")).isEqualTo(7);
        assertThat(lifetime(chosen)).isEqualTo(7);
        assertThat(Facts.of(head(404, "Cache-Control", "max-age=50"), chosen).lifetime())
                .hasSeconds(50);
        assertThat(lifetime(capped, "Cache-Control", "max-age=50")).isEqualTo(7);
        assertThat(lifetime(capped, "Cache-Control", "max-age=5")).isEqualTo(5);
        assertThat(lifetime(capped)).isZero();
        assertThat(lifetime(Policy.STRICT.withLifetime(status -> Duration.ofSeconds(Long.MAX_VALUE))))
                .isEqualTo(1L << 31);
    }

    /** RFC 9111 §4.2: fresh while its age has not reached its lifetime. */
    @Test
    void itIsFreshUntilItsAgeIsItsLifetime() {
        Facts facts = facts("Cache-Control", "max-age=60");

        assertThat(facts.isFresh(T0)).isTrue();
        assertThat(facts.isFresh(atMillis(59_999))).isTrue();
        assertThat(facts.isFresh(at(60))).isFalse();
        assertThat(facts.isFresh(at(61))).isFalse();
        assertThat(facts("Cache-Control", "max-age=0").isFresh(T0)).isFalse();
    }

    /** RFC 9111 §4.2.3. */
    @ParameterizedTest
    @CsvSource({
        // date, age, request, response: all in seconds; the age on receipt
        "0, 0, 0, 0, 0",
        "-10, 0, 0, 0, 10",
        "0, 10, 0, 0, 10",
        "-20, 10, 0, 0, 20",
        "-10, 20, 0, 0, 20",
        "100, 0, 0, 0, 0",
        "0, 0, 0, 5, 5",
        "0, 10, 0, 5, 15",
        "5, 10, 0, 5, 15",
        "-100, 10, 0, 5, 105",
        "0, 2147483648, 0, 0, 2147483648"
    })
    void theAgeOnReceiptIsTheGreaterOfWhatDateAndAgeSay(
            long date, long age, long request, long response, long expected) {
        StoredHead head = StoredHead.builder("k", 200)
                .headers(Headers.of("Date", date(date), "Age", Long.toString(age), "Cache-Control", "max-age=1"))
                .requestAt(at(request))
                .responseAt(at(response))
                .build();
        Facts facts = Facts.of(head, Policy.STRICT);

        assertThat(facts.ageMillis(at(response))).isEqualTo(1000 * expected);
        assertThat(facts.ageMillis(at(response + 7))).isEqualTo(1000 * (expected + 7));
        assertThat(facts.ageField(at(response + 7).plusMillis(999))).isEqualTo("" + (expected + 7));
    }

    /** Date is cut to the second, so a fraction of the receipt's is no age. */
    @Test
    void theFractionOfASecondThatDateDoesNotHaveIsNoAge() {
        StoredHead head = StoredHead.builder("k", 200)
                .headers(Headers.of("Date", date(0), "Cache-Control", "max-age=1"))
                .requestAt(atMillis(900))
                .responseAt(atMillis(950))
                .build();
        Facts facts = Facts.of(head, Policy.STRICT);

        assertThat(facts.ageMillis(atMillis(950))).isEqualTo(50);
        assertThat(facts.isFresh(atMillis(1_899))).isTrue();
        assertThat(facts.isFresh(atMillis(1_900))).isFalse();
    }

    @Test
    void anInvalidAgeIsIgnored() {
        assertThat(facts("Cache-Control", "max-age=60", "Age", "59.5").isFresh(at(59)))
                .isTrue();
        assertThat(facts("Cache-Control", "max-age=60", "Age", "59, 0").isFresh(at(1)))
                .isFalse();
    }

    @Test
    void aClockThatIsSetBackMakesNothingYounger() {
        Facts facts = facts("Cache-Control", "max-age=60", "Age", "10");

        assertThat(facts.ageMillis(at(-1))).isEqualTo(11_000);
        assertThat(facts.isFresh(at(-1))).isTrue();
        assertThat(facts.ageMillis(at(-1_000_000))).isEqualTo(1_000_010_000);
        assertThat(facts.isFresh(at(-3_600))).isFalse();
    }

    @Test
    void agesOfYearsAreCounted() {
        Facts facts = facts("Cache-Control", "max-age=99999999999");
        long year = 31_556_952;

        assertThat(facts.isFresh(at(68 * year))).isTrue();
        assertThat(facts.isFresh(at(69 * year))).isFalse();
        assertThat(facts.ttl(at(1_000 * year))).isEqualTo((1L << 31) - 1_000 * year);
        assertThat(facts.ageField(at(1_000 * year))).isEqualTo("" + 1_000 * year);
        assertThat(facts("Expires", "Fri, 31 Dec 9999 23:59:59 GMT").lifetime()).hasSeconds(1L << 31);
        assertThat(facts("Expires", date(10), "Date", "Sat, 01 Jan 0000 00:00:00 GMT")
                        .isFresh(T0))
                .isFalse();
    }

    /** RFC 9211 §2.4. */
    @Test
    void theTimeToLiveIsNegativeIfItIsStale() {
        Facts facts = facts("Cache-Control", "max-age=60");

        assertThat(facts.ttl(T0)).isEqualTo(60);
        assertThat(facts.ttl(atMillis(1))).isEqualTo(59);
        assertThat(facts.ttl(at(60))).isZero();
        assertThat(facts.ttl(atMillis(60_001))).isEqualTo(-1);
        assertThat(facts.ttl(at(90))).isEqualTo(-30);
    }

    @Test
    void aPurgeMakesItStale() {
        StoredHead head =
                head("Cache-Control", "max-age=60").toBuilder().stale(true).build();
        Facts facts = Facts.of(head, Policy.STRICT);

        assertThat(facts.isFresh(T0)).isFalse();
        assertThat(facts.ttl(T0)).isEqualTo(-1);
    }

    @Test
    void itIsUsefulUntilTheLastWindowHasEnded() {
        assertThat(facts("Cache-Control", "max-age=60, stale-while-revalidate=5, stale-if-error=9")
                        .usefulUntil())
                .isEqualTo(at(69));
        assertThat(facts("Cache-Control", "max-age=60, stale-if-error=9, must-revalidate")
                        .usefulUntil())
                .isEqualTo(at(60));
        assertThat(facts(Policy.STRICT.withGrace(Duration.ofSeconds(30)), "Cache-Control", "max-age=60", "Age", "10")
                        .usefulUntil())
                .isEqualTo(at(80));
    }
}
