package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.RequestTarget;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §3, §3.5, §5.2.2. */
class StorableTest {
    private static final RequestTarget TARGET = RequestTarget.of("http", Authority.parse("a.example"), "/x/y?z=1");
    private static final Policy TARGETED = Policy.STRICT.withTargets(List.of("CDN-Cache-Control"));

    private static Storable of(String method, Headers request, int status, Policy policy, String... response) {
        Storable.Request asked = new Storable.Request(method, request, false, TARGET);
        return Storable.of(asked, status, Headers.of(response), T0, T0, policy);
    }

    private static Storable of(int status, String... response) {
        return of("GET", Headers.empty(), status, Policy.STRICT, response);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "max-age=60 | YES",
                "s-maxage=60 | YES",
                "public, max-age=60 | YES",
                "max-age=60, foo, bar=\"no-store\" | YES",
                "~~ | NO_LIFETIME",
                "public | NO_LIFETIME",
                // §5.2.2.5
                "no-store | NO_STORE",
                "max-age=60, no-store | NO_STORE",
                "No-Store, max-age=60 | NO_STORE",
                "no-store=x, max-age=60 | NO_STORE",
                "foo=\"bar, no-store, max-age=60 | NO_STORE",
                // §5.2.2.7
                "private, max-age=60 | PRIVATE",
                "private=, max-age=60 | PRIVATE",
                "private=\"x y\", max-age=60 | PRIVATE",
                "public, private, max-age=60 | PRIVATE",
                "private=\"x\", max-age=60 | YES",
                "private=x, max-age=60 | YES",
                // §5.2.2.3
                "must-understand, no-store, max-age=60 | YES",
                "must-understand=1, no-store, max-age=60 | NO_STORE",
                "must-understand, no-store, private, max-age=60 | PRIVATE",
                // §3: allowed, but of no use
                "max-age=0 | USELESS",
                "max-age=x | USELESS",
                "no-cache, max-age=60 | USELESS",
                "max-age=0, stale-while-revalidate=10 | YES",
                "max-age=0, stale-if-error=10 | YES",
                "max-age=0, stale-if-error=10, must-revalidate | USELESS",
                "max-age=\"60 | USELESS"
            },
            delimiter = '|')
    void aResponseIsStoredAsItsDirectivesSay(String directives, Storable expected) {
        assertThat(of(200, "Cache-Control", directives)).isEqualTo(expected);
    }

    /** §3. */
    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", "FOO", "QUERY", "POST"})
    void onlyAnswersToGetAreStored(String method) {
        assertThat(of(method, Headers.empty(), 200, Policy.STRICT, "Cache-Control", "max-age=60"))
                .isEqualTo(Storable.METHOD);
    }

    /** RFC 9110 §9.3.3. */
    @ParameterizedTest
    @CsvSource({
        "200, http://a.example/x/y?z=1, max-age=60, YES",
        "200, /x/y?z=1, max-age=60, YES",
        "200, y?z=1, max-age=60, YES",
        "200, HTTP://A.example:80/x/y?z=1, max-age=60, YES",
        "200, /x/y, max-age=60, METHOD",
        "200, https://a.example/x/y?z=1, max-age=60, METHOD",
        "200, http://b.example/x/y?z=1, max-age=60, METHOD",
        "200, http://[/, max-age=60, METHOD",
        "201, /x/y?z=1, max-age=60, METHOD",
        "200, /x/y?z=1, public, NO_LIFETIME",
        "200, /x/y?z=1, no-store, NO_STORE"
    })
    void theAnswerToPostIsStoredIfItIsWhatGetWouldGet(int status, String location, String control, Storable expected) {
        assertThat(of(
                        "POST",
                        Headers.empty(),
                        status,
                        Policy.STRICT.withHeuristics(Duration.ofDays(1)),
                        "Content-Location",
                        location,
                        "Cache-Control",
                        control,
                        "Last-Modified",
                        date(-1_000)))
                .isEqualTo(expected);
    }

    @Test
    void aPostWithTwoContentLocationsIsNotStored() {
        assertThat(of(
                        "POST",
                        Headers.empty(),
                        200,
                        Policy.STRICT,
                        "Content-Location",
                        "/x/y?z=1",
                        "Content-Location",
                        "/b",
                        "Cache-Control",
                        "max-age=60"))
                .isEqualTo(Storable.METHOD);
    }

    /** §3: any final status with explicit freshness, but what answers a range, a condition or a connection. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                200, 201, 203, 204, 299, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 410, 499, 500, 502, 503, 504,
                599, 999
            })
    void anyFinalStatusIsStoredWithAnExplicitTime(int status) {
        assertThat(of(status, "Cache-Control", "max-age=60")).isEqualTo(Storable.YES);
        assertThat(of(status, "Expires", date(60))).isEqualTo(Storable.YES);
    }

    /** §3; RFC 6585 §3-6. */
    @ParameterizedTest
    @ValueSource(ints = {100, 101, 103, 199, 206, 304, 407, 412, 416, 421, 425, 428, 429, 431, 511})
    void someStatusesAreNeverStored(int status) {
        assertThat(of(status, "Cache-Control", "public, max-age=60", "ETag", "\"a\""))
                .isEqualTo(Storable.STATUS);
        assertThat(of(status, "Cache-Control", "must-understand, max-age=60")).isEqualTo(Storable.STATUS);
    }

    /** §5.2.2.3. */
    @ParameterizedTest
    @CsvSource({"200, YES", "404, YES", "299, NOT_UNDERSTOOD", "499, NOT_UNDERSTOOD", "599, NOT_UNDERSTOOD"})
    void mustUnderstandIsForStatusesThatAreKnown(int status, Storable expected) {
        assertThat(of(status, "Cache-Control", "must-understand, no-store, max-age=60"))
                .isEqualTo(expected);
        assertThat(of(status, "Cache-Control", "must-understand, max-age=60")).isEqualTo(expected);
    }

    /** §5.2.1.5. */
    @Test
    void aClientCanForbidIt() {
        Headers request = Headers.of("Cache-Control", "no-store");

        assertThat(of("GET", request, 200, Policy.STRICT, "Cache-Control", "max-age=60"))
                .isEqualTo(Storable.CLIENT_NO_STORE);
        assertThat(of("GET", request, 200, Policy.STRICT.withIgnoredRequests(true), "Cache-Control", "max-age=60"))
                .isEqualTo(Storable.YES);
    }

    /** §3.5. */
    @ParameterizedTest
    @CsvSource({
        "'max-age=60', AUTHORIZED",
        "'max-age=60, public', YES",
        "'max-age=60, must-revalidate', YES",
        "'s-maxage=60', YES",
        "'max-age=60, public=1', AUTHORIZED",
        "'max-age=60, must-revalidate=x', AUTHORIZED",
        "'max-age=60, s-maxage=x', AUTHORIZED",
        "'max-age=60, proxy-revalidate', AUTHORIZED",
        "'private, s-maxage=60', PRIVATE"
    })
    void whatAnAuthenticatedUserGotIsStoredOnlyIfItSaysSo(String control, Storable expected) {
        Headers authorized = Headers.of("Authorization", "Basic eDp5");

        assertThat(of("GET", authorized, 200, Policy.STRICT, "Cache-Control", control))
                .isEqualTo(expected);
        Storable.Request stripped = new Storable.Request("GET", Headers.empty(), true, TARGET);
        assertThat(Storable.of(stripped, 200, Headers.of("Cache-Control", control), T0, T0, Policy.STRICT))
                .isEqualTo(expected);
    }

    /** §4.1: it could never match. */
    @Test
    void whatVariesWithAnythingIsNotStored() {
        assertThat(of(200, "Cache-Control", "max-age=60", "Vary", "Accept, *")).isEqualTo(Storable.VARY);
        assertThat(of(200, "Cache-Control", "max-age=60", "Vary", "a b")).isEqualTo(Storable.VARY);
        assertThat(of(200, "Cache-Control", "max-age=60", "Vary", "Accept")).isEqualTo(Storable.YES);
    }

    @Test
    void withAValidatorAStaleResponseIsWorthStoring() {
        for (String control : List.of("max-age=0", "no-cache", "max-age=x", "public")) {
            assertThat(of(200, "Cache-Control", control, "ETag", "\"a\"")).isEqualTo(Storable.YES);
            assertThat(of(200, "Cache-Control", control, "Last-Modified", date(-1_000)))
                    .isEqualTo(Storable.YES);
            assertThat(of(200, "Cache-Control", control, "ETag", "a", "Last-Modified", "x"))
                    .isNotEqualTo(Storable.YES);
        }
        assertThat(of(302, "Cache-Control", "no-cache", "ETag", "\"a\"")).isEqualTo(Storable.NO_LIFETIME);
        assertThat(of(200, "ETag", "\"a\"")).isEqualTo(Storable.NO_LIFETIME);
    }

    /** §4.2.2. */
    @Test
    void withoutAnExplicitTimeHeuristicsMustBeOn() {
        Policy on = Policy.STRICT.withHeuristics(Duration.ofDays(1));
        String modified = date(-1_000);

        assertThat(of("GET", Headers.empty(), 200, on, "Last-Modified", modified))
                .isEqualTo(Storable.YES);
        assertThat(of("GET", Headers.empty(), 404, on, "Last-Modified", modified))
                .isEqualTo(Storable.YES);
        assertThat(of("GET", Headers.empty(), 302, on, "Last-Modified", modified))
                .isEqualTo(Storable.NO_LIFETIME);
        assertThat(of("GET", Headers.empty(), 200, on)).isEqualTo(Storable.NO_LIFETIME);
        assertThat(of(200, "Last-Modified", modified)).isEqualTo(Storable.NO_LIFETIME);
    }

    @Test
    void anAgeThatIsOverTheLimitIsStale() {
        assertThat(of(200, "Cache-Control", "max-age=60", "Age", "60")).isEqualTo(Storable.USELESS);
        assertThat(of(200, "Cache-Control", "max-age=60", "Age", "59")).isEqualTo(Storable.YES);
        assertThat(of(200, "Cache-Control", "max-age=60", "Date", date(-60))).isEqualTo(Storable.USELESS);
    }

    @Test
    void aPolicyThatSaysHowLongDoesNotOverrideWhatForbids() {
        Policy chosen = Policy.STRICT.withLifetime(status -> Duration.ofSeconds(9));

        assertThat(of("GET", Headers.empty(), 302, chosen)).isEqualTo(Storable.YES);
        assertThat(of("GET", Headers.empty(), 200, chosen, "Cache-Control", "no-store"))
                .isEqualTo(Storable.NO_STORE);
        assertThat(of("GET", Headers.empty(), 200, chosen, "Cache-Control", "private"))
                .isEqualTo(Storable.PRIVATE);
        assertThat(of("GET", Headers.empty(), 200, chosen, "Vary", "*")).isEqualTo(Storable.VARY);
        assertThat(of("GET", Headers.empty(), 206, chosen)).isEqualTo(Storable.STATUS);
    }

    /** RFC 9213 §2.2. */
    @Test
    void aTargetedFieldDecidesInsteadOfCacheControl() {
        assertThat(targeted("CDN-Cache-Control", "max-age=60", "Cache-Control", "no-store"))
                .isEqualTo(Storable.YES);
        assertThat(targeted("CDN-Cache-Control", "no-store", "Cache-Control", "max-age=60"))
                .isEqualTo(Storable.NO_STORE);
        assertThat(targeted("CDN-Cache-Control", "private", "Expires", date(60)))
                .isEqualTo(Storable.PRIVATE);
        assertThat(targeted("CDN-Cache-Control", "no-store, max-age=\"0\"")).isEqualTo(Storable.NO_STORE);
        assertThat(targeted("CDN-Cache-Control", "no store", "Cache-Control", "max-age=60"))
                .isEqualTo(Storable.YES);
        assertThat(targeted("CDN-Cache-Control", "max-age=60 ,", "Cache-Control", "no-store"))
                .isEqualTo(Storable.NO_STORE);
        assertThat(of(200, "CDN-Cache-Control", "no-store", "Cache-Control", "max-age=60"))
                .isEqualTo(Storable.YES);
    }

    private static Storable targeted(String... response) {
        return of("GET", Headers.empty(), 200, TARGETED, response);
    }

    /** RFC 9111 §3.2: what a 304 forbids is forbidden from then on. */
    @Test
    void anUpdatedResponseMayStayAsItsNewDirectivesSay() {
        assertThat(updated(false, "max-age=60")).isEqualTo(Storable.YES);
        assertThat(updated(false, "no-store")).isEqualTo(Storable.NO_STORE);
        assertThat(updated(false, "private")).isEqualTo(Storable.PRIVATE);
        assertThat(updated(true, "max-age=60")).isEqualTo(Storable.AUTHORIZED);
        assertThat(updated(true, "public")).isEqualTo(Storable.YES);
    }

    private static Storable updated(boolean authorized, String control) {
        return Storable.updated(200, Headers.of("Cache-Control", control), authorized, Policy.STRICT);
    }

    @ParameterizedTest
    @EnumSource(Storable.class)
    void eachDecisionHasAReason(Storable storable) {
        assertThat(storable.reason()).isNotBlank();
        assertThat(storable.isYes()).isEqualTo(storable == Storable.YES);
    }
}
