package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.auth.ApiKeys;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.TestClient;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** No credentials are in what records show. */
class RecordedRequestTest {
    private static final String KEY = "5pHlDzVJ8vXqTn3r";

    private static RequestRecord recorded(ProxyFilter filter, String path, String... headers) throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addFilter(filter)
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build();
        return Objects.requireNonNull(TestClient.of(pipeline)
                .send("GET", path, Headers.of(headers), new byte[0])
                .record()
                .request());
    }

    private static String values(RequestRecord request) {
        StringBuilder text = new StringBuilder();
        request.headers()
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append(' '));
        return text.toString().strip();
    }

    @Test
    void credentialsAreHiddenAndTheRestIsAsItCame() throws Exception {
        RequestRecord request = recorded(
                (given, next) -> next.handle(given),
                "/a?b=c",
                "Authorization",
                "Basic YTpi",
                "authorization",
                "Bearer x",
                "Proxy-Authorization",
                "Basic YTpi",
                "Cookie",
                "a=b",
                "x_api_key",
                "secret",
                "Referer",
                "http://a/?b=c",
                "X-Other",
                "1");

        assertThat(values(request))
                .isEqualTo("Authorization=*** authorization=*** Proxy-Authorization=*** Cookie=*** x_api_key=***"
                        + " Referer=http://a/?b=c X-Other=1");
        assertThat(request.target()).hasToString("/a?b=c");
        assertThat(request).hasToString("GET /a").isNotInstanceOf(ProxyRequest.class);
    }

    @Test
    void whatAuthenticationReadsIsHiddenTooWhetherItIsGoodOrNot() throws Exception {
        Authenticator keys =
                ApiKeys.of(Map.of(KEY, "billing")).withField("Own-Key").withParameter("k");
        ProxyFilter filter =
                Authentication.require(Authenticator.anyOf(keys, BasicAuth.of("gate", Credentials.of("a", "b"))));
        for (String key : new String[] {KEY, "wrong"}) {
            RequestRecord request = recorded(
                    filter, "/a?x=1&%6B=" + key, "own_key", key, "Referer", "http://a/?k=" + key + "&y=2", "X", "1");

            assertThat(request.target()).hasToString("/a?x=1&%6B=***");
            assertThat(values(request)).isEqualTo("own_key=*** Referer=http://a/?k=***&y=2 X=1");
        }
    }
}
