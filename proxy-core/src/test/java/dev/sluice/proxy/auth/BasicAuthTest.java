package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.Entering.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.TestResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicAuthTest {
    private final Entering entering = Entering.by(
            BasicAuth.of("The \"gate\"", Credentials.of(Map.of("ann", "s:e:cret", "bob", "", "zoë", "pässword"))));

    @Test
    void aRequestWithoutCredentialsIsChallenged() throws Exception {
        TestResponse response = entering.get("/");

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().all("WWW-Authenticate"))
                .containsExactly("Basic realm=\"The \\\"gate\\\"\", charset=\"UTF-8\"");
        assertThat(response.headers().first("Cache-Control")).hasValue("no-store");
        assertThat(entering.origin.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ann:s:e:cret, 200",
        "bob:,         200",
        "zoë:pässword, 200",
        "ann:secret,   401",
        "ann:s:e:cre,  401",
        "ann:s:e:crets,401",
        "ann:,         401",
        "bob:s:e:cret, 401",
        "eve:s:e:cret, 401",
        "ANN:s:e:cret, 401",
        ":,            401",
        "' :',         401",
        "ann,          401",
    })
    void aPasswordIsOneUsersOwn(String pair, int status) throws Exception {
        assertThat(entering.status("Authorization", basic(pair))).isEqualTo(status);
        assertThat(entering.origin.requests()).hasSize(status == 200 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Basic",
                "Basic ",
                "Basic !!!",
                "Basic YW5uOnM6ZTpjcmV0 YQ==",
                "Basic YW5u====",
                "Basic YW5uOnM6ZTpjcmV0,",
                "Basically YW5uOnM6ZTpjcmV0",
                "Bearer YW5uOnM6ZTpjcmV0",
                "YW5uOnM6ZTpjcmV0"
            })
    void whatIsMalformedIsChallenged(String field) throws Exception {
        TestResponse response = entering.get("/", "Authorization", field);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().has("WWW-Authenticate")).isTrue();
        assertThat(response.text()).doesNotContain("YW5u");
    }

    @Test
    void bytesThatAreNoUtf8AndControlCharactersAreRefused() throws Exception {
        Entering all = Entering.by(BasicAuth.of("x", (user, password) -> true));
        byte[] latin1 = {'a', ':', (byte) 0xE9};

        assertThat(all.status("Authorization", "Basic " + Base64.getEncoder().encodeToString(latin1)))
                .isEqualTo(401);
        // A hash function that is written in C would compare only what is before the NUL.
        assertThat(all.status("Authorization", basic("a:b\0c"))).isEqualTo(401);
        assertThat(all.status("Authorization", basic("a\n:b"))).isEqualTo(401);
        assertThat(all.status("Authorization", basic("a:b"))).isEqualTo(200);
    }

    @Test
    void theSchemesNameIsComparedWithoutCase() throws Exception {
        assertThat(entering.status("Authorization", basic("ann:s:e:cret").replace("Basic ", "bASIC  ")))
                .isEqualTo(200);
    }

    @Test
    void repeatedCredentialsAreInvalid() throws Exception {
        String good = basic("ann:s:e:cret");

        assertThat(entering.status("Authorization", good, "Authorization", good))
                .isEqualTo(401);
        assertThat(entering.status("Authorization", good, "Authorization", "Bearer x"))
                .isEqualTo(401);
    }

    @Test
    void theUserIsThePrincipalAndThePasswordDoesNotGoOn() throws Exception {
        assertThat(entering.user("Authorization", basic("zoë:pässword"))).isEqualTo("zoë");
        assertThat(entering.received().headers().has("Authorization")).isFalse();
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
        assertThatThrownBy(() -> Credentials.of(" ", "secret")).hasMessage("user must not be blank: \" \"");
        assertThatThrownBy(() -> Credentials.of(Map.of())).hasMessageContaining("at least one user");
        assertThatThrownBy(() -> BasicAuth.of("a\nb", (u, p) -> true))
                .hasMessageContaining("realm")
                .hasMessageContaining("\"a?b\"");
    }

    @Test
    void aPasswordThatTheCheckStumblesOverGetsNowhere() throws Exception {
        Credentials broken = (user, password) -> {
            throw new IllegalArgumentException("cannot hash " + password);
        };
        TestResponse response =
                Entering.by(BasicAuth.of("gate", broken)).get("/", "Authorization", basic("ann:wrong-word"));

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text() + response.record().explain()).doesNotContain("wrong-word");
    }

    @Test
    void whatIsLongerThanAnyPasswordIsNotChecked() throws Exception {
        List<String> checked = new ArrayList<>();
        Entering any = Entering.by(BasicAuth.of("gate", (user, password) -> checked.add(user)));

        assertThat(any.status("Authorization", basic("ann:" + "x".repeat(1_024))))
                .isEqualTo(200);
        assertThat(any.status("Authorization", basic("bob:" + "x".repeat(1_025))))
                .isEqualTo(401);
        assertThat(any.status("Authorization", basic("x".repeat(1_025) + ":x"))).isEqualTo(401);
        assertThat(checked).containsExactly("ann");
        assertThatThrownBy(() -> Credentials.of("ann", "x".repeat(1_025)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("more than 1024 characters: ann");
    }
}
