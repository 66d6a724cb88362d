package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.testing.TestResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the proxy with a name and a password. */
class BasicAuthenticationTest {
    private static ForwardProxyBuilder proxy() {
        Credentials users = Credentials.of(Map.of("ann", "s:e:cret", "bob", "", "zoë", "pässword"));
        return ForwardProxy.builder().basicAuthentication("The \"gate\"", users);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aRequestWithoutCredentialsIsChallenged() throws Exception {
        Asking asking = new Asking(proxy());
        TestResponse response = asking.get("http://a.example/");

        assertThat(response.status()).isEqualTo(407);
        assertThat(response.headers().all("Proxy-Authenticate"))
                .containsExactly("Basic realm=\"The \\\"gate\\\"\", charset=\"UTF-8\"");
        assertThat(response.record().outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(asking.status("CONNECT", "a.example:443")).isEqualTo(407);
        assertThat(asking.origin.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ann:s:e:cret, 200",
        "bob:,         200",
        "zoë:pässword, 200",
        "ann:secret,   407",
        "ann:s:e:cre,  407",
        "ann:,         407",
        "bob:s:e:cret, 407",
        "eve:s:e:cret, 407",
        "ANN:s:e:cret, 407",
        ":,            407",
        "ann,          407",
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
    @ValueSource(
            strings = {
                "",
                "Basic",
                "Basic ",
                "Basic !!!",
                "Basic YW5u====",
                "Bearer YW5uOnM6ZTpjcmV0",
                "YW5uOnM6ZTpjcmV0"
            })
    void whatIsNotOfTheSchemeIsChallenged(String field) throws Exception {
        assertThat(new Asking(proxy()).status("GET", "http://a.example/", "Proxy-Authorization", field))
                .isEqualTo(407);
    }

    @Test
    void theSchemesNameIsComparedWithoutCase() throws Exception {
        String field = basic("ann:s:e:cret").replace("Basic", "bASIC");

        assertThat(new Asking(proxy()).status("GET", "http://a.example/", "Proxy-Authorization", field))
                .isEqualTo(200);
    }

    @Test
    void repeatedCredentialsAreInvalid() throws Exception {
        String field = basic("ann:s:e:cret");

        assertThat(new Asking(proxy())
                        .status("GET", "http://a.example/", "Proxy-Authorization", field, "Proxy-Authorization", field))
                .isEqualTo(407);
    }

    @Test
    void credentialsAreNotPassedOnAndTheUserIsInTheExchange() throws Exception {
        Asking asking = new Asking(proxy());
        AtomicReference<ForwardProxy.User> seen = new AtomicReference<>();
        asking.origin.answer(request -> {
            seen.set(request.exchange().get(ForwardProxy.User.class));
            return dev.sluice.proxy.ProxyResponse.of(200);
        });
        asking.get(
                "http://a.example/", "Proxy-Authorization", basic("ann:s:e:cret"), "Authorization", "for the origin");

        assertThat(asking.received().has("Proxy-Authorization")).isFalse();
        assertThat(asking.received().first("Authorization")).hasValue("for the origin");
        assertThat(seen.get()).isEqualTo(new ForwardProxy.User("ann"));
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
    void anyCheckOfCredentialsCanBeUsed() throws Exception {
        Asking asking =
                new Asking(ForwardProxy.builder().basicAuthentication("x", (user, password) -> user.equals(password)));
        assertThat(asking.status("GET", "http://a.example/", "Proxy-Authorization", basic("a:a")))
                .isEqualTo(200);
        assertThat(asking.status("GET", "http://a.example/", "Proxy-Authorization", basic("a:b")))
                .isEqualTo(407);

        Asking failing = new Asking(ForwardProxy.builder().basicAuthentication("x", (u, p) -> {
            throw new IOException("no directory");
        }));
        assertThatThrownBy(() -> failing.get("http://a.example/", "Proxy-Authorization", basic("a:a")))
                .hasMessage("no directory");
        assertThat(failing.origin.requests()).isEmpty();
    }

    @Test
    void credentialsThatCannotBeSentAreRefusedWithoutShowingThePassword() {
        assertThatThrownBy(() -> Credentials.of("a:b", "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"a:b\"")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Credentials.of("a", "sec\nret"))
                .hasMessageContaining("password of user a")
                .hasMessageNotContaining("ret");
        assertThatThrownBy(() -> Credentials.of(Map.of())).hasMessageContaining("at least one user");
        assertThatThrownBy(() -> ForwardProxy.builder().basicAuthentication("a\nb", (u, p) -> true))
                .hasMessageContaining("realm")
                .hasMessageContaining("\"a?b\"");
    }
}
