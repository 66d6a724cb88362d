package dev.sluice.proxy.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.TestClient;
import org.junit.jupiter.api.Test;

class SecurityHeadersTest {
    private static final Headers DEFAULTS = Headers.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "SAMEORIGIN",
            "Referrer-Policy", "strict-origin-when-cross-origin");

    private static Headers answer(SecurityHeaders rule, String... fieldsOfTheOrigin) throws Exception {
        ProxyHandler origin = request -> ProxyResponse.builder(200)
                .headers(Headers.of(fieldsOfTheOrigin))
                .build();
        return TestClient.of(origin.with(rule)).get("/").headers();
    }

    @Test
    void eachResponseHasThem() throws Exception {
        assertThat(answer(SecurityHeaders.DEFAULT)).isEqualTo(DEFAULTS);
    }

    @Test
    void whatTheServerIsMadeOfIsNotTold() throws Exception {
        String[] told = {"server", "a/1", "X-Powered-By", "b/2", "X-AspNet-Version", "3", "X-AspNetMvc-Version", "4"};

        assertThat(answer(SecurityHeaders.DEFAULT, told)).isEqualTo(DEFAULTS);
        assertThat(answer(SecurityHeaders.DEFAULT.withRemoved("X-Powered-By", "X-AspNet*"), told)
                        .all("Server"))
                .containsExactly("a/1");
        assertThat(answer(SecurityHeaders.DEFAULT.withRemoved(), told).size()).isEqualTo(7);
    }

    @Test
    void anOriginsOwnValueStaysUnlessToldOtherwise() throws Exception {
        String[] own = {"x-frame-options", "DENY"};

        assertThat(answer(SecurityHeaders.DEFAULT, own).all("X-Frame-Options")).containsExactly("DENY");
        assertThat(answer(SecurityHeaders.DEFAULT.withOverride(true), own).all("X-Frame-Options"))
                .containsExactly("SAMEORIGIN");
    }

    @Test
    void fieldsAreAddedReplacedAndLeftOut() throws Exception {
        SecurityHeaders rule = SecurityHeaders.DEFAULT
                .withField("Content-Security-Policy", "default-src 'self'")
                .withField("X-Frame-Options", "DENY")
                .withField("Server", "shop")
                .withoutField("referrer-policy");

        assertThat(answer(rule))
                .isEqualTo(Headers.of(
                        "X-Content-Type-Options", "nosniff",
                        "X-Frame-Options", "DENY",
                        "Content-Security-Policy", "default-src 'self'",
                        "Server", "shop"));
        assertThat(rule.removed()).doesNotContain("Server");
    }

    @Test
    void aPageOfTheProxyHasThemToo() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .limits(Limits.builder().bodyBytes(1).build())
                .addFilter(SecurityHeaders.DEFAULT)
                .build();
        TestClient client = TestClient.of(pipeline);

        assertThat(client.get("/").status()).isEqualTo(404);
        assertThat(client.get("/").headers().first("X-Frame-Options")).contains("SAMEORIGIN");
    }

    @Test
    void whatIsNoFieldIsRefused() {
        assertThatThrownBy(() -> SecurityHeaders.DEFAULT.withField("a b", "c"))
                .hasMessage("not the name of a field that a filter may set: \"a b\"");
        assertThatThrownBy(() -> SecurityHeaders.DEFAULT.withField("Connection", "close"))
                .hasMessage("not the name of a field that a filter may set: \"Connection\"");
        assertThatThrownBy(() -> SecurityHeaders.DEFAULT.withField("Content-Security-Policy", "a\r\nb"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Content-Security-Policy");
        assertThatThrownBy(() -> SecurityHeaders.DEFAULT.withRemoved("a b"))
                .hasMessage("not the name of a field that a filter may set: \"a b\"");
        assertThatThrownBy(() -> SecurityHeaders.DEFAULT.withField("strict-transport-security", "max-age=1"))
                .hasMessage("strict-transport-security is only for https, and added by HttpsOnly.withMaxAge");
    }
}
