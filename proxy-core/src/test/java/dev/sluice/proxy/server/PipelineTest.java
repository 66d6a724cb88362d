package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The whole path of a request, without sockets and on the test's own thread. */
class PipelineTest {
    private final FakeUpstream origin = FakeUpstream.named("origin");
    private final RecordingListener records = new RecordingListener();

    private Pipeline.Builder toOrigin() {
        return Pipeline.builder().addRoute("/**", origin).addListener(records);
    }

    @Test
    void aRouteThatNamesASourceMeansAReverseProxyWithTheDefaultRules() throws Exception {
        TestResponse response = TestClient.of(toOrigin().build()).get("/x");

        assertThat(response.text()).isEqualTo("origin");
        assertThat(origin.requests().get(0).headers().has("X-Forwarded-For")).isTrue();
        assertThat(response.record().route()).isEqualTo("/**");
        assertThat(response.record().outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void withoutARouteTheAnswerIs404() throws Exception {
        TestResponse response =
                TestClient.of(Pipeline.builder().addListener(records).build()).get("/x");

        assertThat(response.status()).isEqualTo(404);
        assertThat(records.awaitEnded(1)).extracting(ExchangeRecord::outcome).containsExactly(Outcome.NO_ROUTE);
    }

    @Test
    void theFirstFilterIsTheOutermost() throws Exception {
        List<String> order = new ArrayList<>();
        ProxyFilter first = (request, next) -> {
            order.add("first in");
            ProxyResponse response = next.handle(request);
            order.add("first out");
            return response;
        };
        ProxyFilter second = (request, next) -> {
            order.add("second in");
            ProxyResponse response = next.handle(request);
            order.add("second out");
            return response;
        };
        TestClient.of(toOrigin().addFilter(first).addFilter(second).build()).get("/");

        assertThat(order).containsExactly("first in", "second in", "second out", "first out");
    }

    @Test
    void aFilterMayAnswerItself() throws Exception {
        ProxyFilter login = (request, next) -> request.headers().has("Authorization")
                ? next.handle(request)
                : ProxyResponse.builder(401)
                        .addHeader("WWW-Authenticate", "Basic realm=\"a\"")
                        .build();
        TestClient client = TestClient.of(toOrigin().addFilter(login).build());

        assertThat(client.get("/").status()).isEqualTo(401);
        assertThat(origin.requests()).isEmpty();
        assertThat(client.send("GET", "/", Headers.of("Authorization", "x"), new byte[0])
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aFilterMayChangeTheRequest() throws Exception {
        ProxyFilter tenant = (request, next) ->
                next.handle(request.toBuilder().header("X-Tenant", "blue").build());
        TestClient.of(toOrigin().addFilter(tenant).build()).get("/");

        assertThat(origin.requests().get(0).headers().first("X-Tenant")).contains("blue");
    }

    @Test
    void aFilterMayChangeTheResponse() throws Exception {
        ProxyFilter loud = (request, next) -> {
            ProxyResponse response = next.handle(request);
            Body body = response.body();
            return response.toBuilder()
                    .header("X-Loud", "yes")
                    .body(Body.of(new String(body.readAll(100)).toUpperCase(java.util.Locale.ROOT)))
                    .build();
        };
        TestResponse response =
                TestClient.of(toOrigin().addFilter(loud).build()).get("/");

        assertThat(response.text()).isEqualTo("ORIGIN");
        assertThat(response.headers().first("X-Loud")).contains("yes");
    }

    @Test
    void aFilterOfARouteMayAnswerWhatFailed() throws Exception {
        origin.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        ProxyFilter fallback = (request, next) -> {
            try {
                return next.handle(request);
            } catch (ProxyException why) {
                return ProxyResponse.of(200, "from the shelf, as the origin " + why.outcome());
            }
        };
        TestResponse response = TestClient.of(Pipeline.builder()
                        .addRoute(Route.path("/**").addFilter(fallback).to(ReverseProxy.to(origin)))
                        .build())
                .get("/");

        assertThat(response.text()).isEqualTo("from the shelf, as the origin CONNECT_FAILED");
        assertThat(response.record().outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(response.record().attempts().get(0).outcome()).isEqualTo(Outcome.CONNECT_FAILED);
    }

    @Test
    void aFilterMayRefuse() throws Exception {
        ProxyFilter gate = (request, next) -> {
            throw ProxyException.refused(Outcome.REFUSED, 451, "not here");
        };
        TestResponse response =
                TestClient.of(toOrigin().addFilter(gate).build()).get("/");

        assertThat(response.status()).isEqualTo(451);
        assertThat(response.text()).contains("not here");
        assertThat(response.record().outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void aFaultBecomesAPageWithNothingInternalInIt() throws Exception {
        ProxyFilter broken = (request, next) -> {
            throw new IllegalStateException("10.0.0.1 password");
        };
        TestResponse response =
                TestClient.of(toOrigin().addFilter(broken).build()).get("/");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).isEqualTo("500 Internal Server Error\n");
        assertThat(response.record().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void anErrorHandlerMayReplaceThePageAndItsFaultDoesNotMatter() throws Exception {
        origin.fail(Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN);
        TestResponse own = TestClient.of(toOrigin()
                        .onError((request, why) -> ProxyResponse.of(504, "slow"))
                        .build())
                .get("/");
        TestResponse standard = TestClient.of(toOrigin()
                        .onError((request, why) -> {
                            throw new IllegalStateException("bug");
                        })
                        .build())
                .get("/");

        assertThat(own.text()).isEqualTo("slow");
        assertThat(own.record().outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
        assertThat(standard.text()).isEqualTo("504 Gateway Timeout\n");
    }

    @Test
    void aMalformedTargetIsRefusedWithoutARequest() throws Exception {
        TestResponse response = TestClient.of(toOrigin().build()).get("/a b");

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.record().request()).isNull();
        assertThat(response.record().outcome()).isEqualTo(Outcome.BAD_REQUEST);
    }

    @Test
    void exchangesAboveTheLimitAreRefusedWithRetryAfter() throws Exception {
        Pipeline pipeline =
                toOrigin().limits(Limits.builder().exchanges(1).build()).build();
        Client client = new Client(new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("127.0.0.1", 2), null);
        Exchange open = pipeline.begin(client, Set.of(), (status, headers) -> false);
        assertThat(pipeline.inFlight()).isEqualTo(1);
        TestResponse refused = TestClient.of(pipeline).get("/");
        open.end(Outcome.COMPLETED);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers().has("Retry-After")).isTrue();
        assertThat(refused.record().outcome()).isEqualTo(Outcome.OVERLOADED);
        assertThat(TestClient.of(pipeline).get("/").status()).isEqualTo(200);
        assertThat(pipeline.inFlight()).isZero();
    }

    @Test
    void anOpenTunnelDoesNotCountAgainstTheLimitOfExchanges() throws Exception {
        Tunnel tunnel = mock(Tunnel.class);
        Pipeline pipeline = Pipeline.builder()
                .addRoute(
                        "/tunnel",
                        request -> ProxyResponse.builder(200).tunnel(tunnel).build())
                .addRoute("/**", request -> ProxyResponse.of(200))
                .limits(Limits.builder().exchanges(1).build())
                .build();
        Client client = new Client(new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("127.0.0.1", 2), null);
        Exchange open = pipeline.begin(client, Set.of(), (status, headers) -> false);
        pipeline.serve(ProxyRequest.builder(open, "GET", RequestTarget.of("http", null, "/tunnel"))
                .build());

        assertThat(TestClient.of(pipeline).get("/").status()).isEqualTo(200);
        assertThat(pipeline.inFlight()).isEqualTo(1);
        open.end(Outcome.COMPLETED);
        assertThat(pipeline.inFlight()).isZero();
    }

    @Test
    void aDetachedExchangeKeepsTimeoutsAndRouteAndDoesNotCountAgainstTheLimitOfExchanges() throws Exception {
        Timeouts timeouts = Timeouts.builder().head(Duration.ofSeconds(3)).build();
        List<Exchange> refreshes = new ArrayList<>();
        ProxyFilter refreshing = (request, next) -> {
            Exchange alone = request.exchange().detached("refresh", Duration.ofSeconds(10));
            refreshes.add(alone);
            next.handle(request.in(alone)).close();
            return next.handle(request);
        };
        Pipeline pipeline = Pipeline.builder()
                .addRoute(Route.path("/api/**")
                        .stripPrefix("/api")
                        .addFilter(refreshing)
                        .to(ReverseProxy.to(origin)))
                .timeouts(timeouts)
                .limits(Limits.builder().exchanges(1).build())
                .build();
        TestResponse first = TestClient.of(pipeline).get("/api/x");
        TestResponse second = TestClient.of(pipeline).get("/api/x");

        assertThat(List.of(first.status(), second.status())).containsExactly(200, 200);
        assertThat(origin.requests())
                .extracting(
                        request -> request.headers().first("X-Forwarded-Prefix").orElse("none"))
                .containsOnly("/api");
        assertThat(refreshes).extracting(Timeouts::of).containsOnly(timeouts);
        assertThat(pipeline.inFlight()).isEqualTo(2);
        refreshes.forEach(refresh -> refresh.end(Outcome.COMPLETED));
        assertThat(pipeline.inFlight()).isZero();
    }

    @Test
    void aBodyAboveTheLimitIsRefused() throws Exception {
        Pipeline pipeline =
                toOrigin().limits(Limits.builder().bodyBytes(3).build()).build();

        assertThat(TestClient.of(pipeline)
                        .send("POST", "/", Headers.empty(), new byte[4])
                        .status())
                .isEqualTo(413);
        assertThat(TestClient.of(pipeline)
                        .send("POST", "/", Headers.empty(), new byte[3])
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theTotalTimeoutEndsAHangingExchange() throws Exception {
        SimulatedTime time = new SimulatedTime();
        origin.hang();
        Pipeline pipeline = toOrigin()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(3)).build())
                .build();
        TestResponse response = time.run(() -> TestClient.of(pipeline).get("/"));

        assertThat(response.status()).isEqualTo(504);
        assertThat(response.record().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        assertThat(response.record().endNanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void theTotalTimeoutOfARouteReplacesTheServers() throws Exception {
        SimulatedTime time = new SimulatedTime();
        origin.hang();
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(3)).build())
                .addRoute(Route.path("/slow/**")
                        .timeouts(
                                Timeouts.builder().total(Duration.ofSeconds(7)).build())
                        .to(ReverseProxy.to(origin)))
                .build();
        TestResponse response = time.run(() -> TestClient.of(pipeline).get("/slow/x"));

        assertThat(response.status()).isEqualTo(504);
        assertThat(response.record().endNanos()).isEqualTo(Duration.ofSeconds(7).toNanos());
    }

    @Test
    void newRoutesDoNotAffectExchangesInFlight() throws Exception {
        FakeUpstream next = FakeUpstream.named("next");
        Pipeline pipeline = toOrigin().build();
        Routes after = Routes.of(Route.path("/**").to(ReverseProxy.to(next)));
        origin.answer(request -> {
            pipeline.routes(after);
            return ProxyResponse.of(200, "still the old one");
        });

        assertThat(TestClient.of(pipeline).get("/").text()).isEqualTo("still the old one");
        assertThat(TestClient.of(pipeline).get("/").text()).isEqualTo("next");
        assertThat(pipeline.routes()).isSameAs(after);
    }

    @Test
    void aResponseThatComesAfterTheDeadlineIsNotPassedOn() throws Exception {
        SimulatedTime time = new SimulatedTime();
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(3)).build())
                .addRoute("/**", request -> {
                    time.advance(Duration.ofSeconds(4));
                    return ProxyResponse.of(200, "late");
                })
                .build();
        TestResponse response = time.run(() -> TestClient.of(pipeline).get("/"));

        assertThat(response.status()).isEqualTo(504);
        assertThat(response.record().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
    }

    @Test
    @SuppressWarnings("NullAway")
    void aHandlerThatReturnsNullIsAtFault() throws Exception {
        Pipeline pipeline = Pipeline.builder().addRoute("/**", request -> null).build();
        TestResponse response = TestClient.of(pipeline).get("/");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.record().explain()).contains("returned no response");
    }

    @Test
    @SuppressWarnings("NullAway")
    void anOptionThatIsNullIsNamed() {
        assertThatThrownBy(() -> Pipeline.builder().timeouts(null)).hasMessage("timeouts");
        assertThatThrownBy(() -> Pipeline.builder().onError(null)).hasMessage("onError");
        assertThatThrownBy(() -> ProxyServer.builder().transport(null)).hasMessage("transport");
        assertThatThrownBy(() -> ReverseProxy.builder(origin).rewrite(null)).hasMessage("rewrite");
        assertThatThrownBy(() -> Route.any().when(null)).hasMessage("condition");
        assertThatThrownBy(() -> Route.any().to((ProxyHandler) null)).hasMessage("handler");
    }
}
