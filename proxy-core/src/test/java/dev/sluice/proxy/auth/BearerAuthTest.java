package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.Entering.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.testing.TestResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerAuthTest {
    private final List<String> seen = new ArrayList<>();
    private final TokenVerifier verifier = token -> {
        seen.add(token);
        return switch (token) {
            case "reader" -> Principal.of("robot").withAttribute("scope", "orders:read profile");
            case "writer" -> Principal.of("robot").withAttribute("scope", List.of("orders:read", "orders:write"));
            case "plain" -> Principal.of("robot");
            case "unknown" -> throw new IOException("no keys for unknown");
            default -> null;
        };
    };
    private final Entering entering = Entering.by(BearerAuth.of("api", verifier));

    @Test
    void withoutATokenTheChallengeHasNoError() throws Exception {
        for (String[] none : new String[][] {{}, {"Authorization", basic("a:b")}, {"Authorization", "Bearers x"}}) {
            TestResponse response = entering.get("/?access_token=plain", none);
            assertThat(response.status()).isEqualTo(401);
            assertThat(response.headers().all("WWW-Authenticate")).containsExactly("Bearer realm=\"api\"");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void theVerifierNamesThePrincipalAndTheTokenDoesNotGoOn() throws Exception {
        assertThat(entering.user("Authorization", "bEARER  plain")).isEqualTo("robot");
        assertThat(seen).containsExactly("plain");
        assertThat(entering.received().headers().has("Authorization")).isFalse();
    }

    @Test
    void aTokenThatIsNobodysIsRefused() throws Exception {
        TestResponse response = entering.get("/", "Authorization", "Bearer wrong-token");

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().all("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"api\", error=\"invalid_token\"");
        assertThat(response.headers().first("Cache-Control")).hasValue("no-store");
        assertThat(response.text() + response.record().explain()).doesNotContain("wrong-token");
    }

    @Test
    void aShortFieldBesideTheTokenIsABadRequest() throws Exception {
        TestResponse response = entering.get("/", "Authorization", "x", "Authorization", "Bearer plain");

        assertThat(response.status()).isEqualTo(400);
        assertThat(seen).isEmpty();
    }

    @Test
    void aPrincipalWithoutScopesHasNoScopeNamedNull() throws Exception {
        Entering strict = Entering.by(BearerAuth.of("api", verifier).withScopes("null"));

        assertThat(strict.get("/", "Authorization", "Bearer plain").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer =",
                "Bearer a b",
                "Bearer a,b",
                "Bearer \"a\"",
                "Bearer a=b",
                "Bearer é"
            })
    void whatCannotBeATokenIsABadRequest(String field) throws Exception {
        TestResponse response = entering.get("/", "Authorization", field);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.headers().all("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"api\", error=\"invalid_request\"");
        assertThat(seen).isEmpty();
    }

    @Test
    void aTokenInTwoWaysIsABadRequest() throws Exception {
        String good = "Bearer plain";

        assertThat(entering.status("Authorization", good, "Authorization", good))
                .isEqualTo(400);
        assertThat(entering.status("Authorization", basic("a:b"), "Authorization", good))
                .isEqualTo(400);
        assertThat(entering.get("/?access%5Ftoken=x", "Authorization", good).status())
                .isEqualTo(400);
        assertThat(entering.get("/?a=access_token", "Authorization", good).status())
                .isEqualTo(200);
        assertThat(entering.status("Authorization", "Bearer a-._~+/0Z==")).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"reader, 200, 403", "writer, 200, 200", "plain, 403, 403", "none, 401, 401"})
    void aTokenMayNotBeGoodForThis(String token, int reading, int writing) throws Exception {
        BearerAuth reads = BearerAuth.of("api", verifier).withScopes("orders:read");
        assertThat(Entering.by(reads).status("Authorization", "Bearer " + token))
                .isEqualTo(reading);
        TestResponse response = Entering.by(reads.withScopes("orders:read", "orders:write"))
                .get("/", "Authorization", "Bearer " + token);
        assertThat(response.status()).isEqualTo(writing);
        assertThat(response.headers().all("WWW-Authenticate"))
                .isEqualTo(
                        writing != 403
                                ? (writing == 200
                                        ? List.of()
                                        : List.of("Bearer realm=\"api\", error=\"invalid_token\""))
                                : List.of("Bearer realm=\"api\", error=\"insufficient_scope\","
                                        + " scope=\"orders:read orders:write\""));
    }

    @Test
    void theChallengeSaysWhatATokenMustBeGoodFor() throws Exception {
        assertThat(Entering.by(BearerAuth.of("api", verifier).withScopes("a", "b"))
                        .get("/")
                        .headers()
                        .all("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"api\", scope=\"a b\"");
    }

    @Test
    void aVerifierThatCannotTellOpensNothingAndItsMessageDoesNotShowTheToken() throws Exception {
        TestResponse response = entering.get("/", "Authorization", "Bearer unknown");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.record().explain()).contains("IOException").doesNotContain("no keys for");
        assertThat(entering.origin.requests()).isEmpty();
    }

    @Test
    void whatCannotBeSentIsRefused() {
        BearerAuth auth = BearerAuth.of("api", verifier);

        assertThatThrownBy(() -> auth.withScopes("a b"))
                .hasMessageContaining("scope")
                .hasMessageContaining("\"a b\"");
        assertThatThrownBy(() -> auth.withScopes("")).hasMessageContaining("scope");
        assertThatThrownBy(() -> BearerAuth.of("é", verifier)).hasMessage("realm must be printable ASCII: \"?\"");
    }

    @Test
    void aTokenThatTheVerifierStumblesOverGetsNowhere() throws Exception {
        TokenVerifier broken = token -> {
            throw new IllegalArgumentException("bad", new IllegalStateException("not base64: " + token));
        };
        TestResponse response =
                Entering.by(BearerAuth.of("api", broken)).get("/", "Authorization", "Bearer wrong-token");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text() + response.record().explain())
                .contains("IllegalArgumentException")
                .doesNotContain("wrong-token");
        for (Throwable each = response.record().failure(); each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain("wrong-token");
        }
    }

    @Test
    void aTokenWithoutScopesIsNotGoodForOneWhoseNameIsNull() throws Exception {
        Entering named = Entering.by(BearerAuth.of("api", verifier).withScopes("null"));

        assertThat(named.status("Authorization", "Bearer plain")).isEqualTo(403);
    }
}
