package dev.sluice.balancer.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.testing.TestResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions by cookie, through a whole reverse proxy. */
class CookieAffinityTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String OTHER = "another secret that is long enough";

    private final ManualTime time = new ManualTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");
    private final FakeUpstream c = FakeUpstream.named("c");
    private final List<FakeUpstream> all = List.of(a, b, c);

    private static Affinity.CookieBuilder cookie() {
        return Affinity.cookie("srv").addSecret(SECRET).random(new SplittableRandom(1));
    }

    /** A browser of one proxy. */
    private final class Browser {
        private final StickySource source;
        private @Nullable String cookie;

        private Browser(Affinity.CookieBuilder affinity, List<FakeUpstream> members) {
            this.source = new StickySource(affinity.build(), members);
        }

        private Browser(Browser before, Affinity affinity, List<FakeUpstream> members) {
            this.source = new StickySource(affinity, members);
            this.cookie = before.cookie;
        }

        private TestResponse get() throws Exception {
            Headers headers = cookie == null ? Headers.empty() : Headers.of("Cookie", "srv=" + cookie);
            TestResponse response = TestClient.of(ReverseProxy.to(source), time).send("GET", "/", headers, new byte[0]);
            for (String line : response.headers().all("Set-Cookie")) {
                cookie = line.startsWith("srv=") ? line.substring(4, line.indexOf(';')) : cookie;
            }
            return response;
        }

        /** The member that answers, and whether the response set a cookie. */
        private String visit() throws Exception {
            TestResponse response = get();
            return response.text() + (response.headers().has("Set-Cookie") ? ", set" : "");
        }
    }

    private Browser browser() {
        return new Browser(cookie(), all);
    }

    @Test
    void theFirstResponseSetsTheCookieAndTheSessionStays() throws Exception {
        Browser browser = browser();

        assertThat(List.of(browser.visit(), browser.visit(), browser.visit())).containsExactly("a, set", "a", "a");
    }

    @Test
    void withoutTheCookieRequestsGoInTurn() throws Exception {
        Browser browser = browser();
        List<String> visited = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            browser.cookie = null;
            visited.add(browser.visit());
        }

        assertThat(visited).containsExactly("a, set", "b, set", "c, set");
    }

    @Test
    void aSessionWhoseMemberIsGoneMovesAndStaysThere() throws Exception {
        Browser browser = browser();
        browser.visit();
        Browser later = new Browser(browser, browser.source.affinity(), List.of(b, c));

        assertThat(List.of(later.visit(), later.visit(), later.visit())).containsExactly("b, set", "b", "b");
    }

    @Test
    void aSessionWhoseMemberFailsMovesWithTheRetry() throws Exception {
        Browser browser = browser();
        browser.visit();
        a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        String moved = browser.visit();
        a.answer(200, "a");

        assertThat(moved).isEqualTo("b, set");
        assertThat(browser.visit()).isEqualTo("b");
    }

    @Test
    void aMemberThatDoesNotAnswerBindsNoSession() {
        all.forEach(member -> member.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN));
        Browser browser = browser();

        assertThatExceptionOfType(ProxyException.class).isThrownBy(browser::get);
        for (FakeUpstream member : all) {
            assertThat(browser.source.affinity().sessions(member.id(), time.nanos()))
                    .isZero();
        }
    }

    @Test
    void aMemberThatComesBackHasItsSessionsAgain() throws Exception {
        Browser browser = browser();
        browser.visit();
        Affinity without = browser.source.affinity().over(List.of("b", "c"));
        Affinity again = without.over(List.of("c", "b", "a"));

        assertThat(new Browser(browser, again, all).visit()).isEqualTo("a");
    }

    @Test
    void anotherProxyWithTheSecretKnowsTheSession() throws Exception {
        Browser browser = browser();
        browser.visit();
        Browser elsewhere = new Browser(browser, cookie().build(), List.of(c, b, a));

        assertThat(elsewhere.visit()).isEqualTo("a");
    }

    @Test
    void aProxyWithoutTheSecretDoesNotKnowTheSession() throws Exception {
        Browser browser = browser();
        browser.visit();

        assertThat(new Browser(browser, Affinity.cookie("srv").addSecret(OTHER).build(), List.of(c, b, a)).visit())
                .isEqualTo("c, set");
        assertThat(new Browser(browser, Affinity.cookie("srv").build(), List.of(c, b, a)).visit())
                .isEqualTo("c, set");
    }

    @Test
    void aSecretArrayMayBeWipedAfterwards() throws Exception {
        byte[] secret = SECRET.getBytes(UTF_8);
        Affinity.CookieBuilder builder = Affinity.cookie("srv").addSecret(secret);
        Arrays.fill(secret, (byte) 0);
        Browser browser = new Browser(builder, all);
        browser.visit();

        assertThat(new Browser(browser, cookie().build(), List.of(c, a)).visit())
                .isEqualTo("a");
    }

    @Test
    void twoProcessesWithoutASecretHaveDifferentOnes() throws Exception {
        Browser browser = new Browser(Affinity.cookie("srv"), all);
        browser.visit();

        assertThat(browser.visit()).isEqualTo("a");
        assertThat(new Browser(browser, Affinity.cookie("srv").build(), List.of(c, a)).visit())
                .isEqualTo("c, set");
    }

    @Test
    void aCookieOfAnotherNameIsNotAcceptedEvenWithTheSameSecret() throws Exception {
        Browser browser = new Browser(Affinity.cookie("vrs").addSecret(SECRET), all);
        TestResponse response = browser.get();
        browser.cookie = response.headers().first("Set-Cookie").orElseThrow().substring(4, 80);

        assertThat(new Browser(browser, cookie().build(), List.of(c, a)).visit())
                .isEqualTo("c, set");
    }

    @Test
    void anOldSecretIsAcceptedAndItsCookieReplaced() throws Exception {
        Browser browser = browser();
        browser.visit();
        Browser rotated = new Browser(
                browser,
                Affinity.cookie("srv").addSecret(OTHER).addSecret(SECRET).build(),
                List.of(c, b, a));
        List<String> during = List.of(rotated.visit(), rotated.visit());
        Browser after =
                new Browser(rotated, Affinity.cookie("srv").addSecret(OTHER).build(), List.of(c, b, a));

        assertThat(during).containsExactly("a, set", "a");
        assertThat(after.visit()).isEqualTo("a");
    }

    @Test
    void aChangeOfAnyCharacterInvalidatesTheCookie() throws Exception {
        Browser browser = browser();
        browser.visit();
        String genuine = browser.cookie;
        for (int i = 0; i < genuine.length(); i++) {
            char other = genuine.charAt(i) == 'A' ? 'B' : 'A';
            String forged = genuine.substring(0, i) + other + genuine.substring(i + 1);

            assertThat(session(browser.source.affinity(), forged).bound())
                    .as(forged)
                    .isFalse();
        }
        assertThat(session(browser.source.affinity(), genuine).member()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "=", "%s=", "%s%%3d", "\"%s\"", "%s%s", "A%s", "%sA"})
    void aValueOfAnotherFormIsNone(String form) throws Exception {
        Browser browser = browser();
        browser.visit();
        String value = form.replace("%s", browser.cookie).replace("%%", "%");
        Session session = session(browser.source.affinity(), value);

        assertThat(session.bound()).isFalse();
        assertThat(session).hasToString("cookie is not valid");
    }

    @Test
    void aForgedCookieIsReplaced() throws Exception {
        Browser browser = browser();
        browser.cookie = "a";

        assertThat(browser.visit()).isEqualTo("a, set");
        assertThat(browser.visit()).isEqualTo("a");
    }

    @Test
    void amongSeveralCookiesTheValidOneCounts() throws Exception {
        Browser browser = browser();
        browser.visit();
        String genuine = browser.cookie;

        assertThat(session(browser.source.affinity(), "x; srv=y; srv=" + genuine)
                        .member())
                .isEqualTo("a");
        assertThat(session(browser.source.affinity(), "1; srv=2; srv=3; srv=4; srv=" + genuine)
                        .bound())
                .isFalse();
    }

    @Test
    void theCookieDoesNotTellTheMember() throws Exception {
        Set<String> middles = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            Browser browser = new Browser(Affinity.cookie("srv").addSecret(i == 0 ? SECRET : OTHER), all);
            browser.visit();
            byte[] bytes = Base64.getUrlDecoder().decode(browser.cookie);
            middles.add(Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, 1, 17)));
        }

        assertThat(middles).as("the same member, under two secrets").hasSize(2);
    }

    @Test
    void aCookieIsAcceptedUntilItsMaxAgeAndRenewedAfterHalfOfIt() throws Exception {
        Browser browser = new Browser(cookie().maxAge(Duration.ofHours(8)), all);
        List<String> visited = new ArrayList<>();
        visited.add(browser.visit());
        time.advance(Duration.ofHours(4));
        visited.add(browser.visit());
        time.advance(Duration.ofSeconds(1));
        visited.add(browser.visit());
        time.advance(Duration.ofHours(8));
        visited.add(browser.visit());
        time.advance(Duration.ofHours(8).plusSeconds(1));
        Session expired = session(browser.source.affinity(), browser.cookie);

        assertThat(visited).containsExactly("a, set", "a", "a, set", "a, set");
        assertThat(expired).hasToString("cookie has expired");
        assertThat(expired.bound()).isFalse();
    }

    @Test
    void aCookieWithoutAnAgeIsAcceptedForEver() throws Exception {
        Browser browser = browser();
        browser.visit();
        time.advance(Duration.ofDays(10_000));

        assertThat(browser.visit()).isEqualTo("a");
    }

    @Test
    void clocksMayDifferByFiveMinutes() throws Exception {
        Affinity.CookieBuilder aged = cookie().maxAge(Duration.ofHours(8));
        ManualTime ahead = new ManualTime();
        ahead.advance(Duration.ofMinutes(5));
        Browser browser = new Browser(aged, all);
        TestResponse first =
                TestClient.of(ReverseProxy.to(browser.source), ahead).get("/");
        String early = first.headers().first("Set-Cookie").orElseThrow().substring(4, 80);
        ahead.advance(Duration.ofSeconds(1));
        TestResponse second =
                TestClient.of(ReverseProxy.to(browser.source), ahead).get("/");
        String tooEarly = second.headers().first("Set-Cookie").orElseThrow().substring(4, 80);

        assertThat(session(browser.source.affinity(), early).bound()).isTrue();
        assertThat(session(browser.source.affinity(), tooEarly).bound()).isFalse();
    }

    @Test
    void sessionsAreCountedAtTheirMemberWhileTheyAreUsed() throws Exception {
        Browser browser = browser();
        Affinity affinity = browser.source.affinity();
        for (int i = 0; i < 4; i++) {
            browser.cookie = null;
            browser.visit();
            browser.visit();
        }
        List<Integer> counted =
                all.stream().map(m -> affinity.sessions(m.id(), time.nanos())).toList();
        time.advance(Duration.ofMinutes(20));
        browser.visit();
        time.advance(Duration.ofMinutes(20));
        int left = IntStream.range(0, 3)
                .map(i -> affinity.sessions(all.get(i).id(), time.nanos()))
                .sum();

        assertThat(counted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(4);
        assertThat(left).isEqualTo(1);
    }

    @Test
    void aSessionThatMovesIsCountedOnce() throws Exception {
        Browser browser = browser();
        browser.visit();
        new Browser(browser, browser.source.affinity(), List.of(b)).visit();

        assertThat(browser.source.affinity().sessions("a", time.nanos())).isZero();
        assertThat(browser.source.affinity().sessions("b", time.nanos())).isEqualTo(1);
    }

    @Test
    void theServerSeesAllCookiesButThisOne() throws Exception {
        Browser browser = browser();
        browser.visit();
        String line = "x=1;y=\"2, 3\"; srv=" + browser.cookie + ";  z";
        for (String cookies : List.of(line, "x=1;y=\"2, 3\"; srv=forged;  z")) {
            TestClient.of(ReverseProxy.to(browser.source), time)
                    .send("GET", "/", Headers.of("Cookie", cookies), new byte[0]);
        }

        List<FakeUpstream> asked =
                all.stream().filter(m -> !m.requests().isEmpty()).toList();
        List<String> seen = asked.stream()
                .flatMap(m -> m.requests().stream())
                .flatMap(request -> request.headers().all("Cookie").stream())
                .toList();
        assertThat(seen).containsExactly("x=1;y=\"2, 3\";  z", "x=1;y=\"2, 3\";  z");
    }

    @Test
    void aCookieOfTheServerWithTheNameIsDropped() throws Exception {
        all.forEach(member -> member.answer(request -> ProxyResponse.builder(200)
                .addHeader("Set-Cookie", "srv=mine")
                .addHeader("Set-Cookie", "srvx=1; Path=/")
                .build()));
        Browser browser = browser();
        List<String> first = browser.get().headers().all("Set-Cookie");
        List<String> second = browser.get().headers().all("Set-Cookie");

        assertThat(first).hasSize(2).contains("srvx=1; Path=/").noneMatch(line -> line.startsWith("srv=mine"));
        assertThat(second).containsExactly("srvx=1; Path=/");
    }

    @Test
    void aTopologyOlderThanThePickStillMakesAValidCookie() throws Exception {
        Affinity affinity = cookie().build();
        Session session = session(affinity.over(List.of("b")), "x");
        Upstream bound = session.bind(a, "a", time.nanos());
        String line = bound.send(TestExchange.request(TestExchange.begin(time), "GET", "/"))
                .headers()
                .first("Set-Cookie")
                .orElseThrow();

        assertThat(session(affinity.over(List.of("a")), line.substring(4, 80)).member())
                .isEqualTo("a");
    }

    private Session session(Affinity affinity, String value) {
        return affinity.session(
                TestExchange.request(TestExchange.begin(time), "GET", "/").toBuilder()
                        .addHeader("Cookie", "srv=" + value)
                        .build(),
                time.nanos());
    }
}
