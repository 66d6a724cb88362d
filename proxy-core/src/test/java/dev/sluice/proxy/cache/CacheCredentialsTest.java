package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials that the origin gets, but not as the client's {@code Authorization}. */
class CacheCredentialsTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream origin = FakeUpstream.named("origin");
    private String control = "max-age=60";

    private TestClient client(ReverseProxy.Builder proxy) {
        origin.answer(request -> ProxyResponse.of(request.headers().has("If-None-Match") ? 304 : 200, "all").toBuilder()
                .addHeader("Cache-Control", control)
                .addHeader("ETag", "\"1\"")
                .addHeader("X-User", request.headers().first("Authorization").orElse("-"))
                .build());
        return TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute(Route.path("/**")
                        .cache(Cache.builder().time(time).build())
                        .to(proxy.build()))
                .build());
    }

    private TestResponse get(TestClient client, String... fields) throws Exception {
        return client.send("GET", "/a", Headers.of(fields), new byte[0]);
    }

    private static boolean isHit(TestResponse response) {
        return response.record().cache().hit();
    }

    /** Makes the cookie of a browser a token for the origin. */
    private TestClient withTokens() {
        return client(ReverseProxy.builder(origin)
                .rewrite((in, out) -> in.headers()
                        .first("Cookie")
                        .ifPresent(user -> out.headers(out.headers().toBuilder()
                                .set("Authorization", user)
                                .build()))));
    }

    @Test
    void whatATokenGotThatARewriteAddsIsNotStored() throws Exception {
        TestClient client = withTokens();
        time.run(() -> {
            assertThat(get(client, "Cookie", "anna").headers().first("X-User")).contains("anna");
            TestResponse other = get(client, "Cookie", "bob");
            assertThat(isHit(other)).isFalse();
            assertThat(other.headers().first("X-User")).contains("bob");
            return null;
        });
    }

    @Test
    void whatATokenGotThatARewriteAddsIsStoredIfTheOriginSaysSo() throws Exception {
        control = "public, max-age=60";
        TestClient client = withTokens();
        time.run(() -> {
            get(client, "Cookie", "anna");
            assertThat(isHit(get(client, "Cookie", "bob"))).isTrue();
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aValidationWithATokenThatARewriteAddsChangesNothing(String method) throws Exception {
        TestClient client = withTokens();
        time.run(() -> {
            get(client);
            Headers fields = Headers.of("Cookie", "anna", "Cache-Control", "no-cache");
            client.send(method, "/a", fields, new byte[0]);
            TestResponse other = get(client);
            assertThat(isHit(other)).isTrue();
            assertThat(other.headers().first("X-User")).contains("-");
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Client-Cert", "X-Forwarded-Client-Cert"})
    void whatAClientWithACertificateGotThatTheOriginIsToldIsNotStored(String field) throws Exception {
        assertNotShared(
                field, Forwarding.builder().trust("0.0.0.0/0").trust("::/0").build());
    }

    /** CGI reads them as the same names. */
    @ParameterizedTest
    @ValueSource(strings = {"Client-Cert", "Client_Cert", "x_forwarded_client_cert"})
    void norWhatGoesOnAsItCame(String field) throws Exception {
        assertNotShared(field, Forwarding.OFF);
    }

    private void assertNotShared(String field, Forwarding forwarding) throws Exception {
        TestClient client = client(ReverseProxy.builder(origin).forwarding(forwarding));
        time.run(() -> {
            get(client, field, "anna");
            assertThat(isHit(get(client, field, "bob"))).isFalse();
            assertThat(isHit(get(client))).isFalse();
            assertThat(isHit(get(client))).isTrue();
            return null;
        });
    }
}
