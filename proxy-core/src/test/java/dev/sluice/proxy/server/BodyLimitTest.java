package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.scope.BodyLimit;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyLimitTest {
    @Test
    void aBodyOfALengthAboveTheLimitIsRefusedUnread() {
        FakeUpstream origin = FakeUpstream.named("a");
        TestClient client = TestClient.of(ReverseProxy.to(origin).with(limit(3)));

        assertThatThrownBy(() -> client.send("POST", "/", Headers.empty(), new byte[4]))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
                    assertThat(why.status()).isEqualTo(413);
                });
        assertThat(origin.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 100_000})
    void aBodyOfUnknownLengthFailsAtTheFirstByteTooMany(int length) {
        FakeUpstream origin = FakeUpstream.named("a");
        TestClient client = TestClient.of(ReverseProxy.to(origin).with(limit(3)));

        assertThatThrownBy(() -> client.send("POST", "/", r -> r.body(unknown(length))))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED));
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void aBodyOfJustTheLimitPasses() throws Exception {
        FakeUpstream origin = FakeUpstream.named("a");
        TestClient client = TestClient.of(ReverseProxy.to(origin).with(limit(3)));
        client.send("POST", "/", Headers.empty(), new byte[3]);
        client.send("POST", "/", r -> r.body(unknown(3)));

        assertThat(origin.requests()).hasSize(2);
        assertThatThrownBy(() -> new BodyLimit(-1)).hasMessageContaining("-1");
    }

    @ParameterizedTest
    @CsvSource({
        "/, 3, 200",
        "/, 4, 413",
        "/less/x, 2, 200",
        "/less/x, 3, 413",
        "/more/x, 9, 200",
        "/more/x, 10, 413",
        "/any/x, 100000, 200",
        "/outer/inner, 9, 200",
        "/outer/inner, 10, 413",
        "/outer/other, 5, 200",
        "/outer/other, 6, 413"
    })
    void aRouteMayAllowMoreOrLessThanTheServer(String path, int length, int status) throws Exception {
        FakeUpstream origin = FakeUpstream.named("a").answer(200, "ok");
        Routes outer = Routes.of(
                Route.path("/outer/inner").bodyBytes(9).to(origin),
                Route.path("/outer/other").to(origin));
        Pipeline pipeline = Pipeline.builder()
                .limits(Limits.builder().bodyBytes(3).build())
                .addRoute(Route.path("/less/**").bodyBytes(2).to(origin))
                .addRoute(Route.path("/more/**").bodyBytes(9).to(origin))
                .addRoute(Route.path("/any/**").bodyBytes(Long.MAX_VALUE).to(origin))
                .addRoute(Route.path("/outer/**").bodyBytes(5).to(outer))
                .addRoute(Route.path("/**").to(origin))
                .build();
        TestClient client = TestClient.of(pipeline);
        assertThat(client.send("POST", path, Headers.empty(), new byte[length]).status())
                .isEqualTo(status);
        assertThat(client.send("POST", path, r -> r.body(unknown(length))).status())
                .isEqualTo(status);
        assertThat(origin.requests()).hasSize(status == 200 ? 2 : 0);
    }

    @Test
    void aRouteMayHaveTheOnlyLimit() throws Exception {
        FakeUpstream origin = FakeUpstream.named("a").answer(200, "ok");
        TestClient client = TestClient.of(Pipeline.builder()
                .addRoute(Route.path("/a").bodyBytes(2).to(origin))
                .build());
        assertThat(client.send("POST", "/a", Headers.empty(), new byte[3]).status())
                .isEqualTo(413);
        assertThat(client.send("POST", "/a", r -> r.body(unknown(3))).status()).isEqualTo(413);
        assertThat(client.send("POST", "/a", r -> r.body(unknown(2))).status()).isEqualTo(200);
        assertThatThrownBy(() -> Route.any().bodyBytes(-1)).hasMessage("limit bodyBytes must not be negative: -1");
    }

    private static ProxyFilter limit(long bytes) {
        return (request, next) -> next.handle(BodyLimit.fitting(new BodyLimit(bytes).of(request)));
    }

    private static Body unknown(int length) {
        return Body.of(new ByteArrayInputStream(new byte[length]), Body.UNKNOWN);
    }
}
