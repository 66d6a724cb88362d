package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.testing.TestResponse;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysTest {
    private static final String KEY = "5pHlDzVJ8vXqTn3r";
    private static final String NEW_KEY = "Wm2c+fQ7bGtR9sLd";
    private static final ApiKeys KEYS =
            ApiKeys.of(Map.of(KEY, "billing", NEW_KEY, "billing", "0123456789abcdef", "shop"));

    private final Entering entering = Entering.by(KEYS.withParameter("key"));

    @Test
    void aUserMayHaveSeveralKeysAndNoneGoesOn() throws Exception {
        assertThat(entering.user("X-Api-Key", KEY)).isEqualTo("billing");
        assertThat(entering.user("x-api-key", NEW_KEY, "X_Api_Key", KEY)).isEqualTo("billing");
        assertThat(entering.received().headers().isEmpty()).isFalse();
        assertThat(entering.received().headers().has("X-Api-Key")).isFalse();
        assertThat(entering.received().headers().has("X_Api_Key")).isFalse();
        assertThat(entering.user("X-Api-Key", "0123456789abcdef")).isEqualTo("shop");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/a?key=5pHlDzVJ8vXqTn3r,              200, -",
                "/a?x=1&key=5pHlDzVJ8vXqTn3r&y=%41&z,  200, x=1&y=%41&z",
                "/a?%6Bey=5pHlDzVJ8vXqTn3r&x,          200, x",
                "/a?key=Wm2c%2BfQ7bGtR9sLd&,           200, ''",
                "/a?key=Wm2c+fQ7bGtR9sLd,              401, -",
                "/a?key=5pHlDzVJ8vXqTn3,               401, -",
                "/a?key=,                              401, -",
                "/a?key,                               401, -",
                "/a?KEY=5pHlDzVJ8vXqTn3r,              401, -",
                "/a?key=5pHlDzVJ8vXqTn3r&key=5pHlDzVJ8vXqTn3r, 401, -",
            })
    void aParameterIsTakenOutOfTheQuery(String path, int status, String query) throws Exception {
        assertThat(entering.get(path).status()).isEqualTo(status);
        if (status == 200) {
            assertThat(entering.received().target().query()).isEqualTo(query);
        } else {
            assertThat(entering.origin.requests()).isEmpty();
        }
    }

    @Test
    void aParameterCountsOnlyIfItIsNamed() throws Exception {
        assertThat(Entering.by(KEYS).get("/?key=" + KEY).status()).isEqualTo(401);
    }

    @Test
    void aKeyThatIsMissingOrWrongOrThereTwiceIsChallenged() throws Exception {
        TestResponse response = entering.get("/");
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().all("WWW-Authenticate"))
                .containsExactly("ApiKey field=\"X-Api-Key\", parameter=\"key\"");

        TestResponse wrong = entering.get("/", "X-Api-Key", "a-guess-of-the-key");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.text() + wrong.record().explain()).doesNotContain("a-guess");
        assertThat(entering.status("X-Api-Key", KEY, "X-Api-Key", KEY)).isEqualTo(401);
        assertThat(entering.get("/?key=" + KEY, "X-Api-Key", KEY).status()).isEqualTo(401);
        assertThat(entering.status("X-Api-Key", "")).isEqualTo(401);
        assertThat(entering.status("X-Api-Key", KEY.toLowerCase(java.util.Locale.ROOT)))
                .isEqualTo(401);
    }

    @Test
    void hashesAreEnough() throws Exception {
        // printf 5pHlDzVJ8vXqTn3r | sha256sum
        String hash = "f2be173128a2221ed8c41fbd6b7214a5def40b1c9b69df60d4c57099f40bbd3f";
        assertThat(ApiKeys.hash(KEY)).isEqualTo(hash);

        assertThat(Entering.by(ApiKeys.ofHashes(Map.of(hash.toUpperCase(java.util.Locale.ROOT), "billing")))
                        .user("X-Api-Key", KEY))
                .isEqualTo("billing");
        Entering found = Entering.by(ApiKeys.by(given -> given.equals(hash) ? Principal.of("found") : null)
                .withField("Own-Key"));
        assertThat(found.user("Own-Key", KEY)).isEqualTo("found");
        assertThat(found.status("X-Api-Key", KEY)).isEqualTo(401);
        assertThat(found.status("Own-Key", NEW_KEY)).isEqualTo(401);
    }

    @Test
    void aLookupThatFailsOpensNothing() throws Exception {
        assertThat(Entering.by(ApiKeys.by(hash -> {
                            throw new IOException("no database");
                        }))
                        .status("X-Api-Key", KEY))
                .isEqualTo(503);
    }

    @Test
    void keysThatCouldBeGuessedOrSentAreRefusedWithoutShowingThem() {
        assertThatThrownBy(() -> ApiKeys.of(Map.of("short-secret", "ann")))
                .hasMessageContaining("key of user ann must have 16 characters or more")
                .hasMessageNotContaining("short-secret");
        assertThatThrownBy(() -> ApiKeys.of(Map.of("has a space and more", "ann")))
                .hasMessageContaining("key of user ann")
                .hasMessageNotContaining("space and");
        assertThatThrownBy(() -> ApiKeys.of(Map.of())).hasMessage("keys must have at least one user");
        assertThatThrownBy(() -> ApiKeys.ofHashes(Map.of())).hasMessage("hash must have at least one user");
        assertThatThrownBy(() -> ApiKeys.ofHashes(Map.of("12ab", "ann")))
                .hasMessage("hash must be 64 hexadecimal digits, the SHA-256: \"12ab\" of user ann");
        assertThatThrownBy(() -> ApiKeys.of(Map.of(KEY, " "))).hasMessageContaining("must not be blank");
        assertThatThrownBy(() -> KEYS.withField("a b")).hasMessageContaining("field must be the name of a field");
        assertThatThrownBy(() -> KEYS.withField("Host")).hasMessageContaining("Host");
        assertThatThrownBy(() -> KEYS.withParameter("a&b"))
                .hasMessage("parameter must be letters, digits and \"-._~\": \"a&b\"");
    }

    @Test
    void aFieldWithAnUnderscoreDoesNotGoOn() throws Exception {
        Entering named = Entering.by(KEYS.withField("api_key"));

        assertThat(named.user("api_key", KEY, "Api-Key", KEY)).isEqualTo("billing");
        assertThat(named.received().headers().has("api_key")).isFalse();
        assertThat(named.received().headers().has("Api-Key")).isFalse();
    }
}
