package dev.sluice.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.ApiKeys;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.ForwardAuth;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.mirror.Mirror;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What listeners are told of exchanges, attempts and what goes on beside them. */
@Timeout(60)
class SpansTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

    private final SimulatedTime time = new SimulatedTime();
    private final List<Span> spans = new ArrayList<>();
    private final FakeUpstream origin = FakeUpstream.named("origin").at("origin.test:8080");
    private final Pipeline.Builder server = Pipeline.builder()
            .time(time)
            .tracing(Tracing.builder().addListener(spans::add).build());

    private TestResponse send(String method, String path, UnaryOperator<ProxyRequest.Builder> change) throws Exception {
        Client client =
                new Client(new InetSocketAddress("192.0.2.7", 1234), new InetSocketAddress("192.0.2.1", 443), null);
        TestClient sender = TestClient.of(server.build()).from(client);
        return time.run(() -> sender.send(method, path, change));
    }

    private TestResponse get(String path, String... fields) throws Exception {
        return send("GET", path, request -> request.headers(Headers.of(fields)));
    }

    private Span only(Span.Kind kind) {
        List<Span> found = spans.stream().filter(span -> span.kind() == kind).toList();
        assertThat(found).as("%s", spans).hasSize(1);
        return found.get(0);
    }

    private String sentParent() {
        return origin.requests().get(0).headers().first("traceparent").orElseThrow();
    }

    @Test
    void anExchangeIsASpanOfTheClientsTraceAndItsAttemptOneBelow() throws Exception {
        server.addRoute(Route.path("/users/{id}").to(origin.delay(Duration.ofMillis(7))));
        Instant begin = time.now();
        get("/users/4711?a=b", "Host", "shop.test:81", "traceparent", PARENT, "User-Agent", "curl/8");

        Span exchange = only(Span.Kind.SERVER);
        assertThat(exchange.name()).isEqualTo("GET /users/{id}");
        assertThat(exchange.context().traceId()).isEqualTo(TRACE);
        assertThat(exchange.context().parentId()).isEqualTo(SPAN);
        assertThat(exchange.beginAt()).isEqualTo(begin);
        assertThat(exchange.duration()).isEqualTo(Duration.ofMillis(7));
        assertThat(exchange.isFailed()).isFalse();
        assertThat(exchange.attributes())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        entry("client.address", "192.0.2.7"),
                        entry("http.request.method", "GET"),
                        entry("http.response.status_code", 200L),
                        entry("http.route", "/users/{id}"),
                        entry("network.peer.address", "192.0.2.7"),
                        entry("network.peer.port", 1234L),
                        entry("network.protocol.version", "1.1"),
                        entry("server.address", "shop.test"),
                        entry("server.port", 81L),
                        entry("sluice.outcome", "COMPLETED"),
                        entry("url.path", "/users/4711"),
                        entry("url.query", "a=b"),
                        entry("url.scheme", "http"),
                        entry("user_agent.original", "curl/8")));

        Span attempt = only(Span.Kind.CLIENT);
        assertThat(attempt.name()).isEqualTo("GET");
        assertThat(attempt.context().traceId()).isEqualTo(TRACE);
        assertThat(attempt.context().parentId()).isEqualTo(exchange.context().spanId());
        assertThat(attempt.context().parent()).isEqualTo(sentParent());
        assertThat(attempt.duration()).isEqualTo(Duration.ofMillis(7));
        assertThat(attempt.attributes())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "http.request.method", "GET",
                        "http.response.status_code", 200L,
                        "network.protocol.version", "1.1",
                        "server.address", "origin.test",
                        "server.port", 8080L,
                        "sluice.outcome", "COMPLETED",
                        "sluice.upstream", "origin",
                        "url.full", "http://origin.test:8080/users/4711?a=b"));
    }

    @Test
    void aMethodThatNobodyKnowsDoesNotNameASpan() throws Exception {
        server.addRoute("/**", origin);
        send("BREW", "/", request -> request);

        assertThat(only(Span.Kind.SERVER).name()).isEqualTo("HTTP /**");
        assertThat(only(Span.Kind.CLIENT).name()).isEqualTo("HTTP");
        assertThat(only(Span.Kind.CLIENT).attributes())
                .containsEntry("http.request.method", "_OTHER")
                .containsEntry("http.request.method_original", "BREW");
    }

    @Test
    void secretsInAQueryAreNotShown() throws Exception {
        ApiKeys keys = ApiKeys.of(Map.of("5pHlDzVJ8vXqTn3rKwYc", "billing")).withParameter("own");
        server.addFilter(Authentication.require(keys).withPassOn(true)).addRoute("/**", origin);
        get("/?a=b&token=4711&own=5pHlDzVJ8vXqTn3rKwYc");

        assertThat(origin.requests().get(0).target().query()).contains("own=5pH");
        assertThat(only(Span.Kind.SERVER).attributes()).containsEntry("url.query", "a=b&token=***&own=***");
        assertThat(only(Span.Kind.CLIENT).attributes())
                .containsEntry("url.full", "http://origin.test:8080/?a=b&token=***&own=***");
    }

    @ParameterizedTest
    @CsvSource({
        "200, ,    ",
        "302, ,    ",
        "404, ,    404",
        "500, 500, 500",
        "503, 503, 503",
    })
    void aStatusFailsASpanAsTheConventionsSay(int status, String ofExchange, String ofAttempt) throws Exception {
        server.addRoute("/**", origin.answer(status, "x"));
        get("/");

        assertThat(only(Span.Kind.SERVER).attributes().get("error.type")).isEqualTo(ofExchange);
        assertThat(only(Span.Kind.CLIENT).attributes().get("error.type")).isEqualTo(ofAttempt);
        assertThat(only(Span.Kind.CLIENT).isFailed()).isEqualTo(ofAttempt != null);
    }

    @Test
    void aFailureIsNamedByItsOutcome() throws Exception {
        origin.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        server.addRoute("/**", origin);
        TestResponse page = get("/", "traceparent", PARENT);

        Span exchange = only(Span.Kind.SERVER);
        assertThat(exchange.attributes())
                .containsEntry("error.type", "CONNECT_FAILED")
                .containsEntry("http.response.status_code", 502L);
        assertThat(exchange.description())
                .isNotNull()
                .isEqualTo(only(Span.Kind.CLIENT).description());
        assertThat(only(Span.Kind.CLIENT).attributes())
                .containsEntry("error.type", "CONNECT_FAILED")
                .doesNotContainKey("http.response.status_code");
        assertThat(page.text()).isEqualTo("502 Bad Gateway\ntraceparent: " + exchange.context() + "\n");
    }

    @Test
    void aRefusalIsNoFailureOfTheServer() throws Exception {
        server.addRoute("/here", origin);
        TestResponse page = get("/there", "Accept", "application/json");

        Span exchange = only(Span.Kind.SERVER);
        assertThat(exchange.name()).isEqualTo("GET");
        assertThat(exchange.isFailed()).isFalse();
        assertThat(exchange.attributes()).containsEntry("sluice.outcome", "NO_ROUTE");
        assertThat(page.text()).contains("\"traceparent\":\"" + exchange.context() + "\"");
        assertThat(page.record().trace()).isEqualTo(exchange.context());
    }

    @Test
    void aBodyThatBreaksOffFailsBoth() throws Exception {
        server.addRoute("/**", origin.breakOff(200, "half"));
        get("/");

        assertThat(only(Span.Kind.CLIENT).attributes())
                .containsEntry("error.type", "BODY_FAILED")
                .containsEntry("http.response.status_code", 200L);
        assertThat(only(Span.Kind.SERVER).isFailed()).isTrue();
    }

    @Test
    void aCopyForAMirrorIsBelowTheExchangeWithAnAttemptOfItsOwn() throws Exception {
        FakeUpstream shadow = FakeUpstream.named("shadow");
        server.addFilter(Mirror.builder(shadow).build()).addRoute("/**", origin);
        get("/", "traceparent", PARENT);

        Span copy = only(Span.Kind.INTERNAL);
        assertThat(copy.name()).isEqualTo("mirror");
        assertThat(copy.context().traceId()).isEqualTo(TRACE);
        assertThat(copy.context().parentId())
                .isEqualTo(only(Span.Kind.SERVER).context().spanId());
        Span attempt = attemptAt("shadow");
        assertThat(attempt.context().parentId()).isEqualTo(copy.context().spanId());
        assertThat(shadow.requests().get(0).headers().all("traceparent"))
                .containsExactly(attempt.context().parent());
    }

    private Span attemptAt(String upstream) {
        return spans.stream()
                .filter(span -> upstream.equals(span.attributes().get("sluice.upstream")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatACacheAsksForIsBelowTheExchangeThatHasCausedIt() throws Exception {
        Cache cache = Cache.builder().time(time).build();
        server.addRoute(Route.path("/**").cache(cache).to(origin));
        origin.answer(request -> ProxyResponse.builder(200)
                .header("Cache-Control", "max-age=1, stale-while-revalidate=60")
                .body(Body.of("x"))
                .build());
        get("/", "traceparent", PARENT);
        Span fill = only(Span.Kind.INTERNAL);
        assertThat(fill.name()).isEqualTo("cache fill");
        assertThat(fill.context().parentId())
                .isEqualTo(only(Span.Kind.SERVER).context().spanId());
        assertThat(only(Span.Kind.CLIENT).context().parentId())
                .isEqualTo(fill.context().spanId());
        assertThat(only(Span.Kind.SERVER).attributes()).containsKey("sluice.cache");

        spans.clear();
        time.run(() -> {
            time.advance(Duration.ofSeconds(2));
            return null;
        });
        get("/", "traceparent", PARENT);
        Span refresh = only(Span.Kind.INTERNAL);
        assertThat(refresh.name()).isEqualTo("cache refresh");
        assertThat(refresh.context().parentId())
                .isEqualTo(only(Span.Kind.SERVER).context().spanId());
        assertThat(origin.requests().get(1).headers().all("traceparent"))
                .containsExactly(only(Span.Kind.CLIENT).context().parent());
        cache.close();
    }

    @Test
    void aQuestionToAnotherServiceIsAnAttemptAndTheRequestIsNoRepetitionOfIt() throws Exception {
        FakeUpstream service = FakeUpstream.named("service");
        server.addFilter(ForwardAuth.builder(UpstreamSource.of(service), "/verify")
                        .build())
                .addRoute("/**", origin);
        get("/", "traceparent", PARENT);

        Span exchange = only(Span.Kind.SERVER);
        for (String upstream : List.of("service", "origin")) {
            Span attempt = attemptAt(upstream);
            assertThat(attempt.context().parentId())
                    .isEqualTo(exchange.context().spanId());
            assertThat(attempt.attributes()).doesNotContainKey("http.request.resend_count");
        }
        assertThat(service.requests().get(0).headers().all("traceparent"))
                .containsExactly(attemptAt("service").context().parent());
    }

    @Test
    void nothingOfATraceThatIsNotRecordedIsTold() throws Exception {
        server.addRoute("/**", origin);
        get("/", "traceparent", "00-" + TRACE + "-" + SPAN + "-00");

        assertThat(spans).isEmpty();
        assertThat(sentParent()).startsWith("00-" + TRACE).endsWith("-00").doesNotContain(SPAN);
    }
}
