package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.AuthResult;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.BearerAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the proxy: the same as at an origin, with 407 and the fields of a proxy. */
class ProxyAuthenticationTest {
    private static final Authenticator USERS =
            BasicAuth.of("The \"gate\"", Credentials.of(Map.of("ann", "s:e:cret", "bob", "", "zoë", "pässword")));

    private static ForwardProxyBuilder proxy() {
        return ForwardProxy.builder().authentication(USERS);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static ProxyException refusal(Asking asking, String... headers) {
        return catchThrowableOfType(ProxyException.class, () -> asking.get("http://a.example/", headers));
    }

    @Test
    void aRequestWithoutCredentialsIsChallenged() throws Exception {
        Asking asking = new Asking(proxy());
        ProxyException refusal = refusal(asking, "Authorization", basic("ann:s:e:cret"));

        assertThat(refusal.status()).isEqualTo(407);
        assertThat(refusal.headers().all("Proxy-Authenticate"))
                .containsExactly("Basic realm=\"The \\\"gate\\\"\", charset=\"UTF-8\"");
        assertThat(refusal.headers().has("WWW-Authenticate")).isFalse();
        assertThat(refusal.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(asking.status("CONNECT", "a.example:443")).isEqualTo(407);
        assertThat(asking.origin.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ann:s:e:cret, 200",
        "bob:,         200",
        "zoë:pässword, 200",
        "ann:secret,   407",
        "ann:,         407",
        "bob:s:e:cret, 407",
        "eve:s:e:cret, 407",
        ":,            407",
    })
    void aPasswordIsOneUsersOwn(String pair, int status) throws Exception {
        Asking asking = new Asking(proxy());

        assertThat(asking.status("GET", "http://a.example/", "Proxy-Authorization", basic(pair)))
                .isEqualTo(status);
        assertThat(asking.status("CONNECT", "a.example:443", "Proxy-Authorization", basic(pair)))
                .isEqualTo(status);
        assertThat(asking.origin.requests()).hasSize(status == 200 ? 2 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic !!!", "Bearer YW5uOnM6ZTpjcmV0"})
    void whatIsNotOfTheSchemeIsChallenged(String field) throws Exception {
        assertThat(new Asking(proxy()).status("GET", "http://a.example/", "Proxy-Authorization", field))
                .isEqualTo(407);
    }

    @Test
    void repeatedCredentialsAreInvalid() throws Exception {
        String field = basic("ann:s:e:cret");

        assertThat(new Asking(proxy())
                        .status("GET", "http://a.example/", "Proxy-Authorization", field, "Proxy-Authorization", field))
                .isEqualTo(407);
    }

    @Test
    void credentialsAreNotPassedOnAndThePrincipalIsInTheExchange() throws Exception {
        Asking asking = new Asking(proxy());
        AtomicReference<Principal> seen = new AtomicReference<>();
        asking.origin.answer(request -> {
            seen.set(request.exchange().record().principal());
            return ProxyResponse.of(200);
        });
        asking.get(
                "http://a.example/", "Proxy-Authorization", basic("ann:s:e:cret"), "Authorization", "for the origin");

        assertThat(asking.received().has("Proxy-Authorization")).isFalse();
        assertThat(asking.received().all("Authorization")).containsExactly("for the origin");
        assertThat(seen.get()).isEqualTo(Principal.of("ann"));
    }

    @Test
    void aRefusedClientIsNotAskedForAPassword() throws Exception {
        Asking asking = new Asking(proxy().allowClients("10.0.0.0/8")).from("11.0.0.1");

        assertThat(asking.status("GET", "http://a.example/")).isEqualTo(403);
    }

    @Test
    void rulesCannotBeProbedWithoutAPassword() throws Exception {
        Asking asking = new Asking(proxy().deny("a.example"));

        assertThat(asking.status("GET", "http://a.example/")).isEqualTo(407);
        assertThat(asking.status("GET", "http://a.example/", "Proxy-Authorization", basic("ann:s:e:cret")))
                .isEqualTo(403);
    }

    @Test
    void whoIsKnownButNotAllowedGets403AndNoChallenge() {
        ProxyException refusal = refusal(
                new Asking(ForwardProxy.builder()
                        .authentication(USERS.when(user -> user.name().equals("bob")))),
                "Proxy-Authorization",
                basic("ann:s:e:cret"));

        assertThat(refusal.status()).isEqualTo(403);
        assertThat(refusal.headers().isEmpty()).isTrue();
    }

    @Test
    void whatCannotBeDecidedOpensNothing() {
        Authenticator failing = request -> {
            throw new IOException("no directory");
        };
        Asking asking = new Asking(ForwardProxy.builder().authentication(failing));

        assertThat(refusal(asking).status()).isEqualTo(503);
        assertThat(asking.origin.requests()).isEmpty();
    }

    @Test
    void aServersLimitsKnowThePrincipal() throws Exception {
        FakeUpstream origin = FakeUpstream.named("origin").answer(200, "ok");
        ForwardProxy proxy = proxy().anywhere(rule -> origin).build();
        TestClient client = TestClient.of(Pipeline.builder()
                .forward(proxy)
                .addFilter(RateLimit.perMinute(2).withKey(RequestKey.principal()))
                .addRoute("/**", request -> ProxyResponse.of(200, "own"))
                .build());

        for (int i = 0; i < 2; i++) {
            assertThat(status(client, "http://a.example/", "ann:s:e:cret")).isEqualTo(200);
        }
        assertThat(status(client, "http://a.example/", "ann:s:e:cret")).isEqualTo(429);
        assertThat(status(client, "http://a.example/", "bob:")).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            assertThat(status(client, "http://a.example/", "eve:x")).isEqualTo(407);
        }
        assertThat(status(client, "/own", "")).isEqualTo(200);
        assertThat(origin.requests()).hasSize(3);
    }

    private static int status(TestClient client, String target, String pair) throws Exception {
        return client.send("GET", target, Headers.of("Proxy-Authorization", basic(pair)), new byte[0])
                .status();
    }

    @Test
    void anyAuthenticatorCanBeUsed() throws Exception {
        Authenticator own = request -> request.headers().has("X-Key")
                ? AuthResult.accepted(Principal.of("key"))
                : AuthResult.notGiven("Own", "Other");
        Asking asking = new Asking(ForwardProxy.builder().authentication(own));

        assertThat(refusal(asking).headers().all("Proxy-Authenticate")).containsExactly("Own", "Other");
        assertThat(asking.status("GET", "http://a.example/", "X-Key", "1")).isEqualTo(200);
    }

    @Test
    void theChallengeOfAnyRefusalIsTheProxys() {
        BearerAuth bearer = BearerAuth.of("gate", token -> Principal.of(token)).withScopes("web");
        Asking asking = new Asking(ForwardProxy.builder().authentication(bearer));
        for (String token : List.of("Bearer robot", "Bearer a b")) {
            ProxyException refusal = refusal(asking, "Proxy-Authorization", token);

            assertThat(refusal.status()).isEqualTo(token.equals("Bearer robot") ? 403 : 400);
            assertThat(refusal.headers().all("Proxy-Authenticate")).hasSize(1);
            assertThat(refusal.headers().has("WWW-Authenticate")).isFalse();
        }
    }
}
