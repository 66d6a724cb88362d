package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.at;
import static dev.sluice.proxy.cache.rule.Times.atMillis;
import static dev.sluice.proxy.cache.rule.Times.facts;
import static dev.sluice.proxy.cache.rule.Times.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §4, §4.2.4, §5.2.1; RFC 5861. */
class ReuseTest {
    private static final Policy OBLIGING = Policy.STRICT.withMaxStale(true);
    private static final Policy GRACE = Policy.STRICT.withGrace(Duration.ofSeconds(100));

    private static Reuse of(String request, String response, Instant now, Policy policy) {
        return Reuse.of(wish(request, policy), facts(policy, "Cache-Control", response), now);
    }

    private static ClientWish wish(String request, Policy policy) {
        return ClientWish.of(request.isEmpty() ? Headers.empty() : Headers.of("Cache-Control", request), policy);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                // request | response | seconds since then | decision
                "'' | max-age=60 | 0 | FRESH",
                "'' | max-age=60 | 59 | FRESH",
                "'' | max-age=60 | 60 | STALE",
                "foo, bar=1 | max-age=60 | 1 | FRESH",
                // RFC 9111 §5.2.2.4
                "'' | max-age=60, no-cache | 0 | NO_CACHE",
                "'' | max-age=60, no-cache=\"\" | 0 | NO_CACHE",
                "'' | max-age=60, no-cache=\"foo\" | 0 | FRESH",
                "max-stale | max-age=60, no-cache | 0 | NO_CACHE",
                // RFC 9111 §5.2.1.4
                "no-cache | max-age=60 | 0 | CLIENT_NO_CACHE",
                "no-cache=1 | max-age=60 | 0 | CLIENT_NO_CACHE",
                "no-cache | max-age=60 | 60 | STALE",
                "no-cache, max-stale | max-age=60 | 61 | STALE",
                "no-cache | max-age=60, stale-while-revalidate=60 | 61 | STALE",
                // RFC 9111 §5.2.1.1
                "max-age=10 | max-age=60 | 10 | FRESH",
                "max-age=10 | max-age=60 | 11 | CLIENT_MAX_AGE",
                "max-age=0 | max-age=60 | 0 | CLIENT_MAX_AGE",
                "max-age=x | max-age=60 | 0 | CLIENT_MAX_AGE",
                "max-age | max-age=60 | 0 | CLIENT_MAX_AGE",
                "max-age=99999999999 | max-age=60 | 59 | FRESH",
                "max-age=100 | max-age=60, stale-while-revalidate=60 | 61 | STALE",
                // RFC 9111 §5.2.1.3
                "min-fresh=10 | max-age=60 | 50 | FRESH",
                "min-fresh=10 | max-age=60 | 51 | CLIENT_MIN_FRESH",
                "min-fresh=0 | max-age=60 | 59 | FRESH",
                "min-fresh=1 | max-age=60, stale-while-revalidate=60 | 61 | STALE",
                "min-fresh=x | max-age=60 | 0 | CLIENT_MIN_FRESH",
                "min-fresh | max-age=99999999999 | 0 | CLIENT_MIN_FRESH",
                "min-fresh=1, min-fresh=60 | max-age=60 | 1 | CLIENT_MIN_FRESH",
                "min-fresh=60, min-fresh=1 | max-age=60 | 1 | CLIENT_MIN_FRESH",
                "min-fresh=x, min-fresh=1 | max-age=60 | 1 | CLIENT_MIN_FRESH",
                "min-fresh=1, foo=\"x | max-age=60 | 1 | CLIENT_MIN_FRESH",
                // RFC 9111 §5.2.1.2
                "max-stale=10 | max-age=60 | 70 | MAX_STALE",
                "max-stale=10 | max-age=60 | 71 | STALE",
                "max-stale=\"10\" | max-age=60 | 70 | MAX_STALE",
                "max-stale | max-age=60 | 100000000 | MAX_STALE",
                "max-stale=x | max-age=60 | 61 | STALE",
                "max-stale= | max-age=60 | 61 | STALE",
                "max-stale=10, max-stale=x | max-age=60 | 61 | STALE",
                "max-age=10, max-stale=5 | max-age=60 | 15 | FRESH",
                "max-age=10, max-stale=5 | max-age=60 | 16 | CLIENT_MAX_AGE",
                "max-age=61, max-stale=5 | max-age=60 | 65 | MAX_STALE",
                "max-age=1, max-stale=10 | max-age=60 | 65 | STALE",
                "max-age=61, max-stale=5 | max-age=60, stale-while-revalidate=60 | 70 | STALE",
                "max-stale=5 | max-age=60, stale-while-revalidate=60 | 70 | WHILE_REVALIDATING",
                // RFC 9111 §4.2.4: forbidden, whatever the client says
                "max-stale | max-age=60, must-revalidate | 60 | STALE",
                "max-stale | max-age=60, must-revalidate=1 | 60 | STALE",
                "max-stale | max-age=60, proxy-revalidate | 60 | STALE",
                "max-stale | s-maxage=60 | 60 | STALE",
                "max-stale | s-maxage=60, max-age=600 | 60 | STALE",
                // RFC 5861 §3
                "'' | max-age=60, stale-while-revalidate=10 | 59 | FRESH",
                "'' | max-age=60, stale-while-revalidate=10 | 60 | WHILE_REVALIDATING",
                "'' | max-age=60, stale-while-revalidate=10 | 70 | WHILE_REVALIDATING",
                "'' | max-age=60, stale-while-revalidate=10 | 71 | STALE",
                "'' | max-age=60, stale-while-revalidate=0 | 60 | STALE",
                "'' | max-age=60, stale-while-revalidate | 60 | STALE",
                "'' | max-age=60, stale-while-revalidate=x | 60 | STALE",
                "'' | max-age=60, stale-while-revalidate=10, must-revalidate | 61 | STALE",
                "'' | max-age=60, stale-while-revalidate=10, proxy-revalidate | 61 | STALE",
                "'' | s-maxage=60, stale-while-revalidate=10 | 61 | STALE",
                "'' | max-age=60, stale-while-revalidate=10, no-cache | 61 | NO_CACHE",
                "'' | max-age=60, stale-if-error=10 | 61 | STALE"
            },
            delimiter = '|')
    void aStoredResponseIsUsedAsBothSidesSay(String request, String response, long seconds, Reuse expected) {
        assertThat(of(request, response, at(seconds), OBLIGING)).isEqualTo(expected);
    }

    @Test
    void anAgeLimitCountsInMilliseconds() {
        assertThat(of("max-age=10", "max-age=60", atMillis(10_000), OBLIGING)).isEqualTo(Reuse.FRESH);
        assertThat(of("max-age=10", "max-age=60", atMillis(10_001), OBLIGING)).isEqualTo(Reuse.CLIENT_MAX_AGE);
        assertThat(of("", "max-age=60, stale-while-revalidate=10", atMillis(70_001), OBLIGING))
                .isEqualTo(Reuse.STALE);
    }

    @Test
    void maxStaleCountsOnlyIfThePolicyObeysIt() {
        assertThat(of("max-stale=10", "max-age=60", at(61), Policy.STRICT)).isEqualTo(Reuse.STALE);
        assertThat(of("max-age=10, max-stale", "max-age=60", at(11), Policy.STRICT))
                .isEqualTo(Reuse.CLIENT_MAX_AGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0", "min-fresh=1000", "no-store", "only-if-cached"})
    void aPolicyCanIgnoreWhatClientsSay(String request) {
        Policy ignoring = Policy.STRICT.withIgnoredRequests(true);
        ClientWish wish = wish(request, ignoring);

        assertThat(of(request, "max-age=60", T0, ignoring)).isEqualTo(Reuse.FRESH);
        assertThat(wish.noStore() || wish.onlyIfCached() || wish.noCache()).isFalse();
        assertThat(ClientWish.of(Headers.of("Pragma", "no-cache"), ignoring).noCache())
                .isFalse();
    }

    @Test
    void aClientMayForbidStoringOrAskForWhatIsStoredAlone() {
        assertThat(wish("no-store", Policy.STRICT).noStore()).isTrue();
        assertThat(wish("only-if-cached", Policy.STRICT).onlyIfCached()).isTrue();
        assertThat(wish("max-age=1", Policy.STRICT).noStore()).isFalse();
        assertThat(wish("", Policy.STRICT).onlyIfCached()).isFalse();
    }

    /** RFC 9111 §5.4. */
    @Test
    void pragmaCountsOnlyWithoutCacheControl() {
        assertThat(ClientWish.of(Headers.of("Pragma", "x, No-Cache"), Policy.STRICT)
                        .noCache())
                .isTrue();
        assertThat(ClientWish.of(Headers.of("Pragma", "x"), Policy.STRICT).noCache())
                .isFalse();
        assertThat(ClientWish.of(Headers.of("Pragma", "no-cache", "Cache-Control", "max-age=9"), Policy.STRICT)
                        .noCache())
                .isFalse();
        assertThat(ClientWish.of(Headers.of("Pragma", "no-cache", "Cache-Control", ""), Policy.STRICT)
                        .noCache())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "max-age=60 | 60 | GRACE",
                "max-age=60 | 160 | GRACE",
                "max-age=60 | 161 | STALE",
                "max-age=60, stale-while-revalidate=10 | 70 | WHILE_REVALIDATING",
                "max-age=60, stale-while-revalidate=10 | 71 | GRACE",
                "max-age=60, must-revalidate | 61 | STALE",
                "max-age=60, proxy-revalidate | 61 | STALE",
                "s-maxage=60 | 61 | STALE",
                "no-cache, max-age=60 | 61 | NO_CACHE"
            },
            delimiter = '|')
    void graceIsTheUsersLeaveAndNeverAgainstTheOrigin(String response, long seconds, Reuse expected) {
        assertThat(of("", response, at(seconds), GRACE)).isEqualTo(expected);
    }

    @Test
    void aClientThatLimitsTheAgeGetsNothingByGrace() {
        assertThat(of("max-age=1000", "max-age=60", at(61), GRACE)).isEqualTo(Reuse.STALE);
        assertThat(of("no-cache", "max-age=60", at(61), GRACE)).isEqualTo(Reuse.STALE);
    }

    @Test
    void besideASharedAgeWindowsCountOnlyIfThePolicySaysSo() {
        Policy lax = GRACE.withStaleBesideSMaxage(true);
        String windows = "s-maxage=60, stale-while-revalidate=10, stale-if-error=20";

        assertThat(of("", windows, at(70), lax)).isEqualTo(Reuse.WHILE_REVALIDATING);
        assertThat(of("", windows, at(71), lax)).isEqualTo(Reuse.STALE);
        assertThat(of("", windows + ", must-revalidate", at(61), lax)).isEqualTo(Reuse.STALE);
        assertThat(serves("", windows, at(80), lax)).isTrue();
        assertThat(serves("", windows, at(81), lax)).isFalse();
        assertThat(serves("", windows, at(61), GRACE)).isFalse();
    }

    private static boolean serves(String request, String response, Instant now, Policy policy) {
        return Reuse.mayServeOnError(wish(request, policy), facts(policy, "Cache-Control", response), now);
    }

    /** RFC 5861 §4, RFC 9111 §4.2.4. */
    @ParameterizedTest
    @CsvSource(
            value = {
                "'' | max-age=60, stale-if-error=10 | 60 | true",
                "'' | max-age=60, stale-if-error=10 | 70 | true",
                "'' | max-age=60, stale-if-error=10 | 71 | false",
                "'' | max-age=60, stale-if-error=x | 60 | false",
                "'' | max-age=60, stale-if-error | 60 | false",
                "'' | max-age=60 | 61 | false",
                "'' | max-age=60, stale-while-revalidate=10 | 61 | false",
                "'' | max-age=60, stale-if-error=10, must-revalidate | 61 | false",
                "'' | max-age=60, stale-if-error=10, proxy-revalidate | 61 | false",
                "'' | max-age=60, stale-if-error=10, no-cache | 61 | false",
                "'' | s-maxage=60, stale-if-error=10 | 61 | false",
                "no-cache | max-age=60, stale-if-error=10 | 61 | false",
                "max-age=1 | max-age=60, stale-if-error=10 | 61 | true"
            },
            delimiter = '|')
    void ifTheOriginFailsAStaleResponseIsUsedWithinItsWindow(
            String request, String response, long seconds, boolean expected) {
        assertThat(serves(request, response, at(seconds), OBLIGING)).isEqualTo(expected);
    }

    @Test
    void graceCountsForAFailingOriginToo() {
        assertThat(serves("", "max-age=60", at(160), GRACE)).isTrue();
        assertThat(serves("", "max-age=60", at(161), GRACE)).isFalse();
        assertThat(serves("", "max-age=60, must-revalidate", at(61), GRACE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "500, true",
        "502, true",
        "503, true",
        "504, true",
        "501, false",
        "505, false",
        "404, false",
        "200, false"
    })
    void someStatusesAreFailures(int status, boolean failure) {
        assertThat(Reuse.isFailure(status)).isEqualTo(failure);
    }

    @Test
    void whatAPurgeMadeStaleIsUsedWithinTheOriginsWindowsAlone() {
        Facts purged = purged("max-age=60, stale-while-revalidate=10, stale-if-error=10");

        assertThat(Reuse.of(wish("", OBLIGING), purged, T0)).isEqualTo(Reuse.WHILE_REVALIDATING);
        assertThat(Reuse.of(wish("", OBLIGING), purged, at(71))).isEqualTo(Reuse.STALE);
        assertThat(Reuse.mayServeOnError(wish("", OBLIGING), purged, T0)).isTrue();
        assertThat(Reuse.of(wish("max-stale", OBLIGING), purged("max-age=60"), T0))
                .isEqualTo(Reuse.STALE);
        assertThat(Reuse.of(wish("", OBLIGING), purged("max-age=60"), T0)).isEqualTo(Reuse.STALE);
    }

    private static Facts purged(String response) {
        return Facts.of(head("Cache-Control", response).toBuilder().stale(true).build(), OBLIGING);
    }

    @ParameterizedTest
    @EnumSource(Reuse.class)
    void aDecisionSaysWhatFollows(Reuse reuse) {
        boolean usable = reuse.ordinal() <= Reuse.GRACE.ordinal();

        assertThat(reuse.isUsable()).isEqualTo(usable);
        assertThat(reuse.needsRefresh()).isEqualTo(reuse == Reuse.GRACE || reuse == Reuse.WHILE_REVALIDATING);
        assertThat(reuse.isOfClient()).isEqualTo(reuse.name().startsWith("CLIENT"));
    }
}
