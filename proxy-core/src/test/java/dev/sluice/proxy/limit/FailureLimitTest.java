package dev.sluice.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.auth.ApiKeys;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.auth.BearerAuth;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailureLimitTest {
    private static final String KEY = "0123456789abcdef";

    private final ManualTime time = new ManualTime();
    private final List<String> lookedUp = new ArrayList<>();
    private final FakeUpstream origin = FakeUpstream.named("origin").answer(200, "ok");
    private final ProxyFilter keys = Authentication.require(ApiKeys.by(hash -> {
        lookedUp.add(hash);
        return hash.equals(ApiKeys.hash(KEY)) ? Principal.of("anna") : null;
    }));

    private TestClient server(ProxyFilter... filters) {
        Pipeline.Builder server = Pipeline.builder().time(time).addRoute("/**", ReverseProxy.to(origin));
        for (ProxyFilter filter : filters) {
            server.addFilter(filter);
        }
        return TestClient.of(server.build());
    }

    private static TestResponse with(TestClient client, String key) throws Exception {
        return client.send("GET", "/", Headers.of("X-Api-Key", key), new byte[0]);
    }

    @Test
    void wrongKeysCountAndRightOnesDoNot() throws Exception {
        TestClient client = server(FailureLimit.perMinute(3), keys);
        for (int i = 0; i < 10; i++) {
            assertThat(with(client, KEY).status()).isEqualTo(200);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(with(client, "wrong").status()).isEqualTo(401);
        }
        int asked = lookedUp.size();

        TestResponse refused = with(client, KEY);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().first("Retry-After")).hasValue("20");
        assertThat(refused.text()).isEqualTo("429 Too Many Requests: too many failures\n");
        assertThat(lookedUp).hasSize(asked);
        assertThat(with(client.from(new InetSocketAddress("10.0.0.2", 1)), KEY).status())
                .isEqualTo(200);

        time.advance(Duration.ofSeconds(20));
        assertThat(with(client, KEY).status()).isEqualTo(200);
        assertThat(with(client, "wrong").status()).isEqualTo(401);
        assertThat(with(client, KEY).status()).isEqualTo(429);
    }

    @Test
    void onARouteItSeesTheRefusalToo() throws Exception {
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute(Route.path("/**")
                        .addFilter(keys)
                        .addFilter(FailureLimit.perMinute(1))
                        .to(origin))
                .build());
        assertThat(with(client, "wrong").status()).isEqualTo(401);
        assertThat(with(client, "wrong").status()).isEqualTo(429);
    }

    @Test
    void theStatusesAndTheKeyAreYours() throws Exception {
        TestClient client =
                server(FailureLimit.of(2, Duration.ofHours(1)).withStatuses(404).withKey(RequestKey.header("X-User")));
        origin.answer(request -> ProxyResponse.of(404));
        List<Integer> statuses = new ArrayList<>();
        for (String user : List.of("a", "a", "a", "b")) {
            statuses.add(client.send("GET", "/", Headers.of("X-User", user), new byte[0])
                    .status());
        }
        assertThat(statuses).containsExactly(404, 404, 429, 404);
        origin.answer(request -> ProxyResponse.of(401));
        for (int i = 0; i < 5; i++) {
            assertThat(client.get("/").status()).isEqualTo(401);
        }
    }

    /** All begin before the first one has failed. */
    @Test
    void thoseThatFailAtOnceAreMadeUpForAfterwards() throws Exception {
        FailureLimit limit = FailureLimit.perMinute(2);
        TestClient inner = server(limit, keys);
        TestClient outer = server(limit, (request, next) -> {
            try {
                with(inner, "wrong");
                with(inner, "wrong");
            } catch (Exception fault) {
                throw new IllegalStateException(fault);
            }
            return ProxyResponse.of(401);
        });
        assertThat(outer.get("/").status()).isEqualTo(401);
        assertThat(with(inner, KEY).headers().first("Retry-After")).hasValue("60");
    }

    @Test
    void badOptionsAreNamed() {
        FailureLimit limit = FailureLimit.perMinute(30);
        assertThatThrownBy(() -> limit.withStatuses(200)).hasMessage("failure limit status must be 400 to 599: 200");
        assertThatThrownBy(limit::withStatuses).hasMessage("failure limit statuses must have at least one");
        assertThatThrownBy(() -> FailureLimit.perMinute(0)).hasMessage("rate tokens must be positive: 0");
        assertThat(limit).hasToString("FailureLimit[30 in 60 s, at most 30 at once, by client network /32 or /64]");
        assertThat(limit.stage()).isEqualTo(Stage.BEFORE_AUTHENTICATION);
    }

    /** A page of your own, such as a redirect to a login, is still the answer to a wrong key. */
    @Test
    void aFailureCountsBehindAnotherPageToo() throws Exception {
        for (int page : new int[] {302, 404, 200}) {
            TestClient client = TestClient.of(Pipeline.builder()
                    .time(time)
                    .onError((request, why) -> ProxyResponse.of(why.status() == 401 ? page : why.status()))
                    .addFilter(FailureLimit.perMinute(1))
                    .addFilter(keys)
                    .addRoute("/**", ReverseProxy.to(origin))
                    .build());
            assertThat(with(client, "wrong").status()).isEqualTo(page);
            assertThat(with(client, KEY).status()).isEqualTo(429);
        }
    }

    @Test
    void aFailureThatWasMendedIsNone() throws Exception {
        ProxyFilter mends = (request, next) -> {
            try (ProxyResponse page = next.handle(request)) {
                return ProxyResponse.of(page.status() == 401 ? 204 : page.status());
            }
        };
        TestClient client = server(FailureLimit.perMinute(1), mends.at(Stage.BEFORE_AUTHENTICATION), keys);
        assertThat(with(client, "wrong").status()).isEqualTo(204);
        assertThat(with(client, KEY).status()).isEqualTo(200);
    }

    /** With wrong credentials of another kind beside it, whose answer would be another one. */
    @Test
    void noOtherCredentialsHideThatAKeyIsWrong() throws Exception {
        Authenticator tokens = BearerAuth.of("api", token -> null);
        Authenticator known = ApiKeys.of(Map.of(KEY, "anna"));
        TestClient client =
                server(FailureLimit.perMinute(2), Authentication.require(Authenticator.anyOf(tokens, known)));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            statuses.add(client.send(
                            "GET",
                            "/",
                            Headers.of("Authorization", "Bearer !", "X-Api-Key", "5pHlDzVJ8vXqTn3r00" + i),
                            new byte[0])
                    .status());
        }
        assertThat(statuses).containsExactly(401, 401, 429);
    }

    @Test
    void aFaultCountsOnARouteAsAroundTheServer() throws Exception {
        FailureLimit limit = FailureLimit.perMinute(1).withStatuses(500);
        ProxyHandler faulty = request -> {
            throw new IllegalStateException("a fault");
        };
        for (TestClient client : List.of(
                TestClient.of(Pipeline.builder()
                        .time(time)
                        .addFilter(limit.withNoKey(NoKey.SHARED))
                        .addRoute("/**", faulty)
                        .build()),
                TestClient.of(Pipeline.builder()
                        .time(time)
                        .addRoute(Route.path("/**").addFilter(limit).to(faulty))
                        .build()))) {
            assertThat(client.get("/").status()).isEqualTo(500);
            assertThat(client.get("/").status()).isEqualTo(429);
        }
    }

    /** So many at once, of a rule with a long time, that their times together are more than a number can hold. */
    @Test
    void nobodyGetsAFullBucketByTooManyFailuresAtOnce() throws Exception {
        FailureLimit limit = FailureLimit.of(1, Duration.ofDays(366));
        TestClient inner = server(limit, keys);
        // Each request is within the one before it, so all begin before the first one has failed.
        ProxyFilter[] deep = new ProxyFilter[292];
        Arrays.fill(deep, limit);
        TestClient outer =
                server(Stream.concat(Arrays.stream(deep), Stream.of(keys)).toArray(ProxyFilter[]::new));
        assertThat(with(outer, "wrong").status()).isEqualTo(401);
        assertThat(with(inner, KEY).status()).isEqualTo(429);
    }
}
