package dev.sluice.proxy.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
    private static final String APP = "https://app.example";

    private final FakeUpstream origin = FakeUpstream.named("origin");
    private final Cors.Builder rules = Cors.builder().allowOrigins(APP);

    private TestResponse send(String method, String... fields) throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addFilter(rules.build())
                .addRoute("/**", origin)
                .build();
        return TestClient.of(pipeline).send(method, "/x", Headers.of(fields), new byte[0]);
    }

    private TestResponse preflight(String site, String method) throws Exception {
        return send("OPTIONS", "Origin", site, "Access-Control-Request-Method", method);
    }

    @Test
    void anAllowedSiteMayRead() throws Exception {
        TestResponse response = send("GET", "Origin", APP);

        assertThat(response.text()).isEqualTo("origin");
        assertThat(response.headers().all("Access-Control-Allow-Origin")).containsExactly(APP);
        assertThat(response.headers().all("Vary")).containsExactly("Origin");
        assertThat(response.headers().has("Access-Control-Allow-Credentials")).isFalse();
    }

    @Test
    void onARouteItIsAlsoOnThePagesForWhatFailsThere() throws Exception {
        ProxyFilter door = (request, next) -> {
            throw ProxyException.refused(Outcome.REFUSED, "closed");
        };
        ProxyHandler inner = Routes.of(Route.path("/a/b/**")
                .addFilter(SecurityHeaders.DEFAULT)
                .addFilter(door)
                .to(origin));
        Pipeline pipeline = Pipeline.builder()
                .addRoute(Route.path("/a/**")
                        .addFilter(rules.build())
                        .addFilter(RequestId.DEFAULT)
                        .to(inner))
                .addRoute("/b/**", request -> {
                    throw ProxyException.refused(Outcome.REFUSED, "closed");
                })
                .build();
        TestClient client = TestClient.of(pipeline);
        TestResponse refused = client.send("GET", "/a/b/c", Headers.of("Origin", APP), new byte[0]);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.headers().all("Access-Control-Allow-Origin")).containsExactly(APP);
        assertThat(refused.headers().all("X-Frame-Options")).containsExactly("SAMEORIGIN");
        assertThat(refused.headers().all("X-Request-Id"))
                .containsExactly(refused.record().requestId());
        TestResponse other = client.send("GET", "/b/c", Headers.of("Origin", APP), new byte[0]);
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.headers().has("Access-Control-Allow-Origin")).isFalse();
    }

    @Test
    void anOriginThatIsNoNameIsNotMatchedForLong() throws Exception {
        rules.allowOrigins("https://*.app.example");
        TestResponse response = send("GET", "Origin", "https://" + "a.".repeat(10_000) + "b.app.example");

        assertThat(response.text()).isEqualTo("origin");
        assertThat(response.headers().has("Access-Control-Allow-Origin")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.example",
                "http://app.example",
                "https://app.example:8443",
                "https://app.example.evil.example",
                "https://App.example",
                "null",
                ""
            })
    void anotherSiteIsServedAndMayNotRead(String site) throws Exception {
        TestResponse response = send("POST", "Origin", site);

        assertThat(response.text()).isEqualTo("origin");
        assertThat(response.headers().has("Access-Control-Allow-Origin")).isFalse();
        assertThat(response.headers().all("Vary")).containsExactly("Origin");
    }

    @Test
    void aRequestOfNoSiteStillVaries() throws Exception {
        assertThat(send("GET").headers().all("Vary")).containsExactly("Origin");
        origin.answer(request ->
                ProxyResponse.builder(200).addHeader("Vary", "Accept, origin").build());
        assertThat(send("GET").headers().all("Vary")).containsExactly("Accept, origin");
    }

    @Test
    void twoOriginsAreNone() throws Exception {
        assertThat(send("GET", "Origin", APP, "Origin", APP).headers().has("Access-Control-Allow-Origin"))
                .isFalse();
    }

    @Test
    void aPreflightIsAnsweredByTheProxy() throws Exception {
        rules.allowMethods("PUT", "DELETE")
                .allowHeaders("Content-Type", "Authorization")
                .credentials(true);
        TestResponse response = preflight(APP, "PUT");

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.headers())
                .isEqualTo(Headers.of(
                        "Access-Control-Allow-Origin", APP,
                        "Access-Control-Allow-Credentials", "true",
                        "Access-Control-Allow-Methods", "PUT, DELETE",
                        "Access-Control-Allow-Headers", "Content-Type, Authorization",
                        "Access-Control-Max-Age", "600",
                        "Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"));
        assertThat(origin.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://other.example", "null"})
    void aPreflightOfAnotherSiteIsRefused(String site) throws Exception {
        TestResponse response = preflight(site, "PUT");

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.headers()).isEqualTo(Headers.of("Vary", "Origin"));
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void anyOtherOptionsIsForTheOrigin() throws Exception {
        assertThat(send("OPTIONS", "Origin", APP).text()).isEqualTo("origin");
        assertThat(send("OPTIONS", "Access-Control-Request-Method", "PUT").text())
                .isEqualTo("origin");
    }

    @Test
    void aPreflightComesBeforeAuthentication() throws Exception {
        ProxyFilter nobody = (request, next) -> {
            throw ProxyException.refused(Outcome.REFUSED, 401, "nobody");
        };
        Pipeline pipeline = Pipeline.builder()
                .addFilter(nobody.at(Stage.AUTHENTICATION))
                .addFilter(rules.build())
                .addRoute("/**", origin)
                .build();
        TestClient client = TestClient.of(pipeline);

        assertThat(client.send(
                                "OPTIONS",
                                "/",
                                Headers.of("Origin", APP, "Access-Control-Request-Method", "PUT"),
                                new byte[0])
                        .status())
                .isEqualTo(204);
        TestResponse refused = client.send("GET", "/", Headers.of("Origin", APP), new byte[0]);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers().first("Access-Control-Allow-Origin")).contains(APP);
    }

    @Test
    void aPageOfTheProxyMayBeReadToo() throws Exception {
        origin.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        TestResponse failed = send("GET", "Origin", APP);
        assertThat(failed.status()).isEqualTo(502);
        assertThat(failed.headers().first("Access-Control-Allow-Origin")).contains(APP);

        Pipeline full = Pipeline.builder()
                .limits(Limits.builder().bodyBytes(1).build())
                .addFilter(rules.build())
                .addRoute("/**", origin)
                .build();
        TestResponse tooLong = TestClient.of(full).send("POST", "/", Headers.of("Origin", APP), new byte[2]);
        assertThat(tooLong.status()).isEqualTo(413);
        assertThat(tooLong.headers().first("Access-Control-Allow-Origin")).contains(APP);
    }

    @Test
    void whatTheOriginServerSaysIsReplaced() throws Exception {
        origin.answer(request -> ProxyResponse.builder(200)
                .addHeader("Access-Control-Allow-Origin", "*")
                .addHeader("Access-Control-Allow-Credentials", "true")
                .addHeader("access-control-expose-headers", "X-Secret")
                .build());
        assertThat(send("GET", "Origin", APP).headers().all("Access-Control-Allow-Origin"))
                .containsExactly(APP);
        assertThat(send("GET", "Origin", APP).headers().has("Access-Control-Expose-Headers"))
                .isFalse();
        assertThat(send("GET", "Origin", "https://other.example").headers().without("Via"::equals))
                .isEqualTo(Headers.of("Vary", "Origin"));
    }

    @Test
    void fieldsAreExposed() throws Exception {
        rules.exposeHeaders("X-Request-Id", "ETag").credentials(true);
        TestResponse response = send("GET", "Origin", APP);

        assertThat(response.headers().all("Access-Control-Expose-Headers")).containsExactly("X-Request-Id, ETag");
        assertThat(response.headers().all("Access-Control-Allow-Credentials")).containsExactly("true");
    }

    @Test
    void anySiteGetsTheSameAnswer() throws Exception {
        rules.allowOrigins("*").allowHeaders("*").maxAge(Duration.ofMillis(1999));
        TestResponse response = send("GET");

        assertThat(response.headers().all("Access-Control-Allow-Origin")).containsExactly("*");
        assertThat(response.headers().has("Vary")).isFalse();
        TestResponse asked = send(
                "OPTIONS",
                "Origin",
                "https://other.example",
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "authorization,x-a");
        assertThat(asked.headers().all("Access-Control-Allow-Origin")).containsExactly("*");
        assertThat(asked.headers().all("Access-Control-Allow-Headers")).containsExactly("authorization, x-a");
        assertThat(asked.headers().all("Access-Control-Max-Age")).containsExactly("1");
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.app.example, true",
        "https://a.b.app.example, true",
        "https://app.example, false",
        "https://.app.example, false",
        "https://a..app.example, false",
        "https://evil.example/.app.example, false",
        "https://evil.example:1.app.example, false",
        "https://evilapp.example, false",
        "https://a.app.example:8443, false",
        "http://a.app.example, false",
        "https://.app.exampl, false"
    })
    void anAsteriskStandsForTheNamesBelowOne(String site, boolean allowed) throws Exception {
        Cors below = Cors.builder().allowOrigins("https://*.app.example").build();
        TestResponse response = TestClient.of(ReverseProxy.to(origin).with(below))
                .send("GET", "/", Headers.of("Origin", site), new byte[0]);

        assertThat(response.headers().has("Access-Control-Allow-Origin")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"HTTPS://App.Example, https://app.example", "app+1://localhost, app+1://localhost"})
    void anOriginIsComparedAsBrowsersWriteIt(String given, String sent) throws Exception {
        rules.allowOrigins(given);
        assertThat(send("GET", "Origin", sent).headers().first("Access-Control-Allow-Origin"))
                .contains(sent);
    }

    @Test
    void aRouteHasItsOwnRules() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addRoute(Route.path("/api/**").addFilter(rules.build()).to(origin))
                .addRoute("/**", origin)
                .build();
        TestClient client = TestClient.of(pipeline);
        Headers asked = Headers.of("Origin", APP, "Access-Control-Request-Method", "PUT");

        assertThat(client.send("OPTIONS", "/api/x", asked, new byte[0]).status())
                .isEqualTo(204);
        assertThat(client.send("OPTIONS", "/x", asked, new byte[0]).text()).isEqualTo("origin");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            null | allowOrigins must be like https://app.example: "null"
            app.example | allowOrigins must be like https://app.example: "app.example"
            https://app.example/ | allowOrigins must be a scheme, a host and perhaps a port: "https://app.example/"
            https:// | allowOrigins must be a scheme, a host and perhaps a port: "https://"
            https://*app.example | allowOrigins may have * only as *. before a name: "https://*app.example"
            https://a.*.example | allowOrigins may have * only as *. before a name: "https://a.*.example"
            https://a.example:443 | allowOrigins must not have the scheme's own port, which browsers leave out: "https://a.example:443"
            http://*.a.example:80 | allowOrigins must not have the scheme's own port, which browsers leave out: "http://*.a.example:80"
            """)
    void whatIsNoOriginIsRefused(String site, String message) {
        assertThatThrownBy(() -> rules.allowOrigins(site)).hasMessage(message);
    }

    @Test
    void whatIsNotSafeOrMissingIsRefused() {
        assertThatThrownBy(() -> Cors.builder().build()).hasMessage("allowOrigins is missing");
        assertThatThrownBy(() -> rules.allowOrigins()).hasMessage("allowOrigins needs at least one value");
        assertThatThrownBy(() -> rules.allowMethods("put"))
                .hasMessage("allowMethods has a name that is not a method: \"put\"");
        assertThatThrownBy(() -> rules.allowHeaders("a b"))
                .hasMessage("allowHeaders has a name that is not a field name: \"a b\"");
        assertThatThrownBy(() -> rules.exposeHeaders("a b"))
                .hasMessage("exposeHeaders has a name that is not a field name: \"a b\"");
        assertThatThrownBy(() -> rules.maxAge(Duration.ofSeconds(-1))).hasMessage("maxAge must not be negative: -1 s");
        Cors.Builder known = Cors.builder().allowOrigins(APP).credentials(true).exposeHeaders("*");
        assertThatThrownBy(known::build).hasMessage("exposeHeaders \"*\" stands for no field with credentials");
        Cors.Builder any = Cors.builder().allowOrigins(APP, "*").credentials(true);
        assertThatThrownBy(any::build).hasMessage("credentials cannot be allowed to any origin (allowOrigins \"*\")");
    }
}
