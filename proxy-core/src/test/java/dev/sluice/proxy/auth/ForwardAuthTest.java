package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ForwardAuthTest {
    private final FakeUpstream service = FakeUpstream.named("service").at("auth.example");

    private ForwardAuth.Builder auth() {
        return ForwardAuth.builder(UpstreamSource.of(service), "/verify?app=shop");
    }

    private static ProxyHandler answer(int status, String... fields) {
        return request ->
                ProxyResponse.builder(status).headers(Headers.of(fields)).build();
    }

    private Headers asked() {
        return service.requests().get(service.requests().size() - 1).headers();
    }

    @Test
    void theServiceGetsAGetAboutTheRequest() throws Exception {
        service.answer(answer(200));
        Entering server = Entering.through(auth().build()).from("198.51.100.7");
        TestResponse response = server.client.send(
                "POST",
                "/a/../b?c=%2F",
                Headers.of("Host", "shop.example", "Cookie", "s=1", "Accept", "text/html", "X-Other", "1"),
                new byte[] {1});
        assertThat(response.text()).isEqualTo("hello");
        FakeUpstream.ReceivedRequest got = service.requests().get(0);
        assertThat(got.method()).isEqualTo("GET");
        assertThat(got.target().toString()).isEqualTo("/verify?app=shop");
        assertThat(got.target().authority()).hasToString("auth.example");
        assertThat(got.body()).isEmpty();
        assertThat(got.headers().without(name -> name.equals("Via")))
                .isEqualTo(Headers.of(
                        "Cookie", "s=1",
                        "Accept", "text/html",
                        "X-Forwarded-Method", "POST",
                        "X-Forwarded-Proto", "http",
                        "X-Forwarded-Host", "shop.example",
                        "X-Forwarded-Uri", "/b?c=%2F",
                        "X-Forwarded-For", "198.51.100.7"));
        assertThat(server.received().body()).containsExactly(1);
    }

    @Test
    void theClientsOwnWordAboutForwardingCountsOnlyFromATrustedPeer() throws Exception {
        service.answer(answer(200));
        String[] told = {
            "X-Forwarded-For", "203.0.113.9",
            "X-Forwarded-Host", "shop.example",
            "X-Forwarded-Proto", "https",
            "X-Forwarded-Prefix", "/app",
            "X-Forwarded-Uri", "/public",
            "X-Forwarded-Method", "HEAD"
        };
        Entering.through(auth().build()).from("198.51.100.7").get("/admin", told);
        assertForwarded("GET", "http", "test.example", "/admin", "198.51.100.7");
        Entering.through(auth().build()).from("192.0.2.1").get("/admin", told);
        assertForwarded("GET", "https", "shop.example", "/app/admin", "203.0.113.9");
    }

    @Test
    void aFieldIsNotTheClientsIfItIsNamedWithAnUnderscore() throws Exception {
        service.answer(answer(200));
        Entering server = Entering.through(
                auth().responseFields("X_Role").principalField("Remote_User").build());
        server.get("/", "Remote_User", "root", "Remote-User", "root", "x_role", "root", "X-Role", "root");

        assertThat(server.received().headers().toString()).doesNotContainIgnoringCase("role", "user");
    }

    @ParameterizedTest
    @CsvSource({"true, true, 200, 0", "true, false, 401, 1", "false, true, 401, 1"})
    void whoIsKnownAlreadyNeedsNoQuestion(boolean unknownOnly, boolean known, int status, int questions)
            throws Exception {
        service.answer(answer(401));
        Authenticator keys = ApiKeys.of(Map.of("5pHlDzVJ8vXqTn3rKwYc", "billing"));
        ForwardAuth login =
                auth().responseFields("Remote-User").unknownOnly(unknownOnly).build();
        Entering server = Entering.through(Authentication.optional(keys), login);
        String field = known ? "X-Api-Key" : "X-Other";
        TestResponse response = server.get("/", field, "5pHlDzVJ8vXqTn3rKwYc", "Remote-User", "root");
        assertThat(response.status()).isEqualTo(status);
        assertThat(service.requests()).hasSize(questions);
        if (status == 200) {
            assertThat(server.received().headers().has("Remote-User")).isFalse();
        }
    }

    private void assertForwarded(String method, String scheme, String host, String uri, String address) {
        assertThat(asked().all("X-Forwarded-Method")).containsExactly(method);
        assertThat(asked().all("X-Forwarded-Proto")).containsExactly(scheme);
        assertThat(asked().all("X-Forwarded-Host")).containsExactly(host);
        assertThat(asked().all("X-Forwarded-Uri")).containsExactly(uri);
        assertThat(asked().all("X-Forwarded-For")).containsExactly(address);
        assertThat(asked().has("X-Forwarded-Prefix")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/app/**, /app/a?x, /app/a?x",
        "/app/**, /app/a//b, /app/a//b",
    })
    void aRoutesFilterTellsThePathThatTheClientSees(String pattern, String path, String told) throws Exception {
        service.answer(answer(200));
        FakeUpstream origin = FakeUpstream.named("origin");
        Route route = Route.path(pattern)
                .stripPrefix("/app")
                .addPrefix("/inner")
                .addFilter(auth().build())
                .to(origin);
        TestClient.of(Pipeline.builder().addRoute(route).build()).get(path);
        assertThat(asked().first("X-Forwarded-Uri")).hasValue(told);
    }

    @Test
    void normalisedPathsAreToldAsTheyGoOn() throws Exception {
        service.answer(answer(200));
        FakeUpstream origin = FakeUpstream.named("origin");
        Pipeline server = Pipeline.builder()
                .normalizePaths(true)
                .addRoute(Route.path("/admin/**").addFilter(auth().build()).to(origin))
                .addRoute(Route.path("/**").to(FakeUpstream.named("other")))
                .build();
        assertThat(TestClient.of(server).get("//admin/x").status()).isEqualTo(200);
        assertThat(asked().first("X-Forwarded-Uri")).hasValue("/admin/x");
        assertThat(origin.requests().get(0).target().path()).isEqualTo("/admin/x");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 301, 302, 303, 307, 308})
    void itsRefusalGoesToTheClientAsItIs(int status) throws Exception {
        service.answer(request -> ProxyResponse.builder(status)
                .headers(Headers.of(
                        "Location", "https://login.example/?rd=x",
                        "Set-Cookie", "csrf=1",
                        "Set-Cookie", "state=2",
                        "WWW-Authenticate", "Bearer",
                        "Cache-Control", "max-age=600"))
                .body(Body.of("please log in"))
                .build());
        Entering server = Entering.through(auth().build());
        TestResponse response = server.get("/");
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text()).isEqualTo("please log in");
        assertThat(response.headers().first("Location")).hasValue("https://login.example/?rd=x");
        assertThat(response.headers().all("Set-Cookie")).containsExactly("csrf=1", "state=2");
        assertThat(response.headers().first("WWW-Authenticate")).hasValue("Bearer");
        assertThat(response.headers().all("Cache-Control")).containsExactly("no-store");
        assertThat(server.origin.requests()).isEmpty();
        assertThat(response.record().explain())
                .contains("the service at /verify has answered " + status)
                .doesNotContain("app=shop");
    }

    @ParameterizedTest
    @ValueSource(ints = {304, 400, 404, 407, 429, 500, 502, 503, 600})
    void anyOtherStatusLetsNobodyEnter(int status) throws Exception {
        service.answer(answer(status, "Remote-User", "root", "Set-Cookie", "a=1"));
        Entering server = Entering.through(
                auth().principalField("Remote-User").cookiesToClient(true).build());
        TestResponse response = server.get("/");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.record().outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(response.record().principal()).isNull();
        assertThat(response.headers().has("Set-Cookie")).isFalse();
        assertThat(response.text()).doesNotContain("verify");
        assertThat(server.origin.requests()).isEmpty();
    }

    @Test
    void aServiceThatFailsLetsNobodyEnter() throws Exception {
        service.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        Entering server = Entering.through(auth().build());
        TestResponse response = server.get("/");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.record().outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(server.origin.requests()).isEmpty();
    }

    @Test
    void aServiceThatIsSilentLetsNobodyEnter() throws Exception {
        SimulatedTime time = new SimulatedTime();
        service.hang();
        Entering server = Entering.through(time, auth().build());
        TestResponse response = time.run(() -> server.get("/"));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.record().endNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(server.origin.requests()).isEmpty();
    }

    @Test
    void itsTimeIsAlsoThatOfItsBody() throws Exception {
        SimulatedTime time = new SimulatedTime();
        service.answer(request -> ProxyResponse.builder(401)
                .body(Body.of(silent(request.exchange()), Body.UNKNOWN))
                .build());
        Entering server =
                Entering.through(time, auth().timeout(Duration.ofSeconds(2)).build());
        TestResponse response = time.run(() -> server.get("/"));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.record().endNanos()).isEqualTo(Duration.ofSeconds(2).toNanos());
    }

    private static InputStream silent(Exchange scope) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                Signal cancelled = new Signal();
                scope.onCancel((QuickHook<Outcome>) reason -> cancelled.fire());
                try {
                    scope.time().await(cancelled, TimeSource.NEVER);
                } catch (InterruptedException end) {
                    throw new IOException(end);
                }
                scope.check();
                return -1;
            }
        };
    }

    @Test
    void theEndOfTheExchangeIsNotAFaultOfTheService() throws Exception {
        SimulatedTime time = new SimulatedTime();
        service.hang();
        Pipeline server = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(1)).build())
                .addFilter(auth().build())
                .addRoute("/**", FakeUpstream.named("origin"))
                .build();
        TestResponse response = time.run(() -> TestClient.of(server).get("/"));
        assertThat(response.status()).isEqualTo(504);
        assertThat(response.record().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
    }

    @Test
    void fieldsOfItsConnectionStayThere() throws Exception {
        service.answer(
                answer(403, "Alt-Svc", "h3", "Keep-Alive", "timeout=9", "Proxy-Authenticate", "Basic", "X-A", "1"));
        TestResponse response = Entering.through(auth().build()).get("/");
        assertThat(response.headers()).isEqualTo(Headers.of("X-A", "1", "Cache-Control", "no-store"));
    }

    @Test
    void itsInterimResponsesAreNotForTheClient() throws Exception {
        service.answer(request -> {
            request.exchange().interim(103, Headers.of("Link", "</a.css>"));
            return ProxyResponse.of(200);
        });
        assertThat(Entering.through(auth().build()).get("/").interim()).isEmpty();
    }

    @Test
    void nothingOfItIsOpenWhileTheRequestGoesOn() throws Exception {
        List<Exchange> scopes = new ArrayList<>();
        service.answer(request -> {
            scopes.add(request.exchange().parent());
            return ProxyResponse.of(200);
        });
        Entering server = Entering.through(auth().build());
        server.origin.answer(
                request -> ProxyResponse.of(200, String.valueOf(scopes.get(0).outcome())));
        assertThat(server.get("/").text()).isNotEqualTo("null");
    }

    @Test
    void theAttemptIsInTheRecord() throws Exception {
        service.answer(answer(200));
        TestResponse response = Entering.through(auth().build()).get("/");
        assertThat(response.record().attempts())
                .extracting(AttemptRecord::upstream)
                .containsExactly("service", "origin");
        assertThat(response.record().attempts().get(0).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aBodyThatIsTooLongOrBreaksOffLetsNobodyEnter() throws Exception {
        service.answer(
                request -> ProxyResponse.builder(401).body(Body.of("12345")).build());
        assertThat(Entering.through(auth().maxBodyBytes(5).build()).get("/").status())
                .isEqualTo(401);
        assertThat(Entering.through(auth().maxBodyBytes(4).build()).get("/").status())
                .isEqualTo(503);
        for (int status : new int[] {200, 403}) {
            service.answer(request -> ProxyResponse.builder(status)
                    .body(Body.of(InputStream.nullInputStream(), 7))
                    .build());
            Entering server = Entering.through(auth().build());
            assertThat(server.get("/").status()).isEqualTo(503);
            assertThat(server.origin.requests()).isEmpty();
        }
    }

    @Test
    void onlyItsFieldsGoOnUnderTheirNames() throws Exception {
        service.answer(answer(200, "Remote-User", "anna", "Remote-Groups", "a", "Remote-Groups", "b", "X-More", "1"));
        Entering server = Entering.through(auth().responseFields("Remote-User", "remote-groups", "Remote-Mail")
                .build());
        TestResponse response = server.get(
                "/",
                "Remote-User",
                "root",
                "Remote-Groups",
                "admin",
                "remote_user",
                "root",
                "REMOTE-MAIL",
                "root@shop.example",
                "Remote_Mail",
                "root@shop.example",
                "X-More",
                "own");
        assertThat(server.received().headers().all("Remote-User")).containsExactly("anna");
        assertThat(server.received().headers().all("Remote-Groups")).containsExactly("a", "b");
        assertThat(server.received().headers().toString())
                .doesNotContain("root")
                .doesNotContain("admin");
        assertThat(server.received().headers().all("X-More")).containsExactly("own");
        assertThat(response.record().principal()).isNull();
    }

    @Test
    void thePrincipalHasTheFieldsAsAttributes() throws Exception {
        service.answer(answer(200, "Remote-User", "anna", "Remote-Groups", "a", "Remote-Groups", "b"));
        Entering server = Entering.through(auth().principalField("Remote-User")
                .responseFields("Remote-Groups", "Remote-Mail")
                .build());
        TestResponse response = server.get("/", "Remote-User", "root", "Remote_User", "root");
        assertThat(response.record().principal())
                .isEqualTo(Principal.of("anna").withAttribute("Remote-Groups", "a, b"));
        assertThat(server.received().headers().has("Remote-User")).isFalse();
        assertThat(server.received().headers().has("Remote_User")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void withoutANameThereIsNoPrincipal(String name) throws Exception {
        service.answer(answer(204, "Remote-User", name));
        Entering server = Entering.through(auth().principalField("Remote-User").build());
        assertThat(server.user("Remote-User", "root")).isEqualTo("null");
        assertThat(server.received().headers().has("Remote-User")).isFalse();
    }

    @Test
    void credentialsForTheServiceDoNotGoOn() throws Exception {
        service.answer(answer(200));
        Entering server = Entering.through(auth().build());
        server.get("/", "Authorization", "Bearer x", "Cookie", "a=1");
        assertThat(asked().first("Authorization")).hasValue("Bearer x");
        assertThat(server.received().headers().has("Authorization")).isFalse();
        assertThat(server.received().headers().first("Cookie")).hasValue("a=1");

        Entering passing = Entering.through(auth().passOn(true).build());
        passing.get("/", "Authorization", "Bearer x");
        assertThat(passing.received().headers().first("Authorization")).hasValue("Bearer x");

        Entering cookies = Entering.through(auth().requestFields("Cookie").build());
        cookies.get("/", "Authorization", "Bearer x");
        assertThat(asked().has("Authorization")).isFalse();
        assertThat(cookies.received().headers().first("Authorization")).hasValue("Bearer x");
    }

    @Test
    void itsFieldMayReplaceTheCredentials() throws Exception {
        service.answer(answer(200, "Authorization", "Bearer inner"));
        Entering server =
                Entering.through(auth().responseFields("Authorization").build());
        server.get("/", "Authorization", "Bearer outer");
        assertThat(server.received().headers().all("Authorization")).containsExactly("Bearer inner");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "sid=1; lang=de; sid_0=2,     sid=1; sid_0=2, lang=de",
                "lang=de,                     -,              lang=de",
                "sid=1,                       sid=1,          -",
                "lang=de;sid = 1 ;;a,         sid = 1,        lang=de; a",
                "'sid=\"a\"; other; lang=d e', 'sid=\"a\"',  other; lang=d e",
            })
    void itsCookiesGoToItAlone(String cookies, String asked, String passed) throws Exception {
        service.answer(answer(200));
        Entering server = Entering.through(auth().sessionCookies("sid", "sid_*").build());
        server.get("/", "Cookie", cookies);
        assertThat(asked().first("Cookie").orElse(null)).isEqualTo(asked);
        assertThat(server.received().headers().first("Cookie").orElse(null)).isEqualTo(passed);
    }

    @Test
    void theClientGetsItsCookiesOnlyIfAsked() throws Exception {
        service.answer(answer(200, "Set-Cookie", "sid=2", "Set-Cookie", "b=3"));
        assertThat(Entering.through(auth().build()).get("/").headers().has("Set-Cookie"))
                .isFalse();
        Entering server = Entering.through(auth().cookiesToClient(true).build());
        server.origin.answer(answer(200, "Set-Cookie", "own=1"));
        assertThat(server.get("/").headers().all("Set-Cookie")).containsExactly("own=1", "sid=2", "b=3");
    }

    @Test
    void anAnswerCountsForATime() throws Exception {
        ManualTime time = new ManualTime();
        service.answer(answer(200, "Remote-User", "anna"));
        Entering server = Entering.through(
                time,
                auth().principalField("Remote-User")
                        .responseFields("Remote-User")
                        .cacheTime(Duration.ofSeconds(10))
                        .build());
        for (int i = 0; i < 3; i++) {
            TestResponse response = server.get("/", "Cookie", "s=1");
            assertThat(String.valueOf(response.record().principal())).isEqualTo("anna");
            assertThat(server.received().headers().first("Remote-User")).hasValue("anna");
        }
        assertThat(service.requests()).hasSize(1);
        time.advance(Duration.ofSeconds(10));
        server.get("/", "Cookie", "s=1");
        assertThat(service.requests()).hasSize(2);
    }

    @Test
    void anotherQuestionIsAnotherAnswer() throws Exception {
        service.answer(answer(200));
        Entering server = Entering.through(auth().cacheTime(Duration.ofHours(1)).build());
        server.get("/", "Cookie", "s=1");
        server.get("/", "Cookie", "s=2");
        server.get("/", "Cookie", "s=", "Accept", "1");
        server.get("/", "Accept", "s=1");
        server.get("/", "Cookie", "s=1", "Cookie", "s=1");
        server.get("/a", "Cookie", "s=1");
        server.get("/?a", "Cookie", "s=1");
        server.get("/", "Cookie", "s=1", "Host", "other.example");
        server.from("192.0.2.9").get("/", "Cookie", "s=1");
        server.get("/", "Cookie", "s=1", "X-Forwarded-Proto", "https", "X-Forwarded-For", "192.0.2.9");
        server.client.send("DELETE", "/", Headers.of("Cookie", "s=1"), new byte[0]);
        assertThat(service.requests()).hasSize(11);
    }

    @Test
    void forAServiceThatDoesNotLookAtPathsOneAnswerCountsForAll() throws Exception {
        service.answer(answer(200));
        Entering server = Entering.through(
                auth().cacheTime(Duration.ofHours(1)).cachePerPath(false).build());
        server.get("/", "Cookie", "s=1");
        server.get("/a?b", "Cookie", "s=1");
        server.client.send("DELETE", "/", Headers.of("Cookie", "s=1"), new byte[0]);
        assertThat(service.requests()).hasSize(1);
        server.get("/", "Cookie", "s=2");
        assertThat(service.requests()).hasSize(2);
    }

    @Test
    void refusalsFailuresAndAnswersWithCookiesAreNotKept() throws Exception {
        Entering server = Entering.through(
                auth().cacheTime(Duration.ofHours(1)).cookiesToClient(true).build());
        service.answer(answer(401));
        assertThat(server.get("/").status()).isEqualTo(401);
        service.answer(answer(500));
        assertThat(server.get("/").status()).isEqualTo(503);
        service.answer(answer(200, "Set-Cookie", "s=1"));
        assertThat(server.get("/").headers().has("Set-Cookie")).isTrue();
        service.answer(answer(403));
        assertThat(server.get("/").status()).isEqualTo(403);
    }

    @Test
    void theCacheIsBounded() throws Exception {
        service.answer(answer(200));
        Entering server = Entering.through(
                auth().cacheTime(Duration.ofHours(1)).maxCached(2).build());
        for (String cookie : new String[] {"1", "2", "3", "2", "3", "1", "3"}) {
            server.get("/", "Cookie", cookie);
        }
        assertThat(service.requests().stream()
                        .map(request -> request.headers().first("Cookie").orElseThrow()))
                .containsExactly("1", "2", "3", "1");
    }

    @Test
    void aQuestionThatComesBackIsALoop() throws Exception {
        TestClient[] itself = new TestClient[1];
        service.answer(request -> {
            TestResponse inner = itself[0].send("GET", "/", request.headers(), new byte[0]);
            return ProxyResponse.of(inner.status(), inner.text());
        });
        Entering server = Entering.through(auth().build());
        itself[0] = server.client;
        assertThat(server.get("/").status()).isEqualTo(503);
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void anUpgradeIsAskedAboutWithAPlainGet() throws Exception {
        service.answer(answer(401));
        Entering server = Entering.through(auth().build());
        TestResponse response = server.client.send("GET", "/chat", request -> request.upgrade("websocket"));
        assertThat(response.status()).isEqualTo(401);
        assertThat(service.requests().get(0).request().upgrade()).isNull();
        assertThat(server.origin.requests()).isEmpty();
    }

    @Test
    void theRequestsBodyIsNotReadForARefusal() throws Exception {
        service.answer(answer(401));
        Entering server = Entering.through(auth().build());
        Body unread = Body.of(
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the body was read");
                    }
                },
                5);
        assertThat(server.client
                        .send("POST", "/", request -> request.body(unread))
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"auth:9000", "http://", "ftp://auth", "http://a:b@auth/", "http://auth/x#y", "http://auth/ ?x"})
    void aUrlThatIsNoneIsRefused(String url) {
        assertThatThrownBy(() -> ForwardAuth.at(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("a:b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "", "/a b", "/a\r\nX: y"})
    void aPathThatIsNoneIsRefused(String path) {
        assertThatThrownBy(() -> ForwardAuth.builder(UpstreamSource.of(service), path))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void badOptionsAreNamed() {
        refused("requestFields", builder -> builder.requestFields());
        refused("requestFields", builder -> builder.requestFields("Host"));
        refused("requestFields.*X-Forwarded-For", builder -> builder.requestFields("X-Forwarded-For"));
        refused("responseFields.*a b", builder -> builder.responseFields("a b"));
        refused("responseFields", builder -> builder.responseFields("Connection"));
        refused("responseFields.*X_Forwarded_User", builder -> builder.responseFields("X_Forwarded_User"));
        refused("principalField", builder -> builder.principalField(""));
        refused("sessionCookies", builder -> builder.sessionCookies());
        refused("sessionCookies.*a=b", builder -> builder.sessionCookies("a=b"));
        refused("timeout", builder -> builder.timeout(Duration.ZERO));
        refused("maxBodyBytes.*-1", builder -> builder.maxBodyBytes(-1));
        refused("cacheTime", builder -> builder.cacheTime(Duration.ofSeconds(-1)));
        refused("maxCached.*0", builder -> builder.maxCached(0));
    }

    private void refused(String message, UnaryOperator<ForwardAuth.Builder> option) {
        assertThatThrownBy(() -> option.apply(auth()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".*" + message + ".*");
    }
}
