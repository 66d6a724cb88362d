package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline.ClientResponseHook;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where failures become error pages, and which filters and hooks see them. */
class ErrorPagesTest {
    private static final ProxyFilter ID = (request, next) -> next.handle(request).toBuilder()
            .addHeader("X-Request-Id", "7")
            .addHeader("Access-Control-Allow-Origin", "*")
            .build();

    private static final InetSocketAddress NOBODY = new InetSocketAddress("127.0.0.1", 1);

    private final FakeUpstream origin = FakeUpstream.named("origin");
    private final List<Object> seen = new ArrayList<>();

    /** Notes the result: the outcome of an exception, or a status. */
    private final ProxyFilter noting = (request, next) -> {
        try {
            ProxyResponse response = next.handle(request);
            seen.add(response.status());
            return response;
        } catch (ProxyException why) {
            seen.add(why.outcome());
            throw why;
        }
    };

    private void refuses() {
        origin.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
    }

    private static void assertMarked(TestResponse response, int status) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().all("X-Request-Id")).containsExactly("7");
        assertThat(response.headers().all("Access-Control-Allow-Origin")).containsExactly("*");
    }

    @Test
    void aPageIsMadeOutsideOfTheRoutesFiltersAndInsideOfTheServers() throws Exception {
        refuses();
        Pipeline pipeline = Pipeline.builder()
                .addFilter(ID)
                .addFilter(noting)
                .addRoute(Route.path("/**").addFilter(noting).to(ReverseProxy.to(origin)))
                .build();
        TestResponse response = TestClient.of(pipeline).get("/");

        assertMarked(response, 502);
        assertThat(seen).containsExactly(Outcome.CONNECT_FAILED, 502);
        assertThat(response.record().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
    }

    @Test
    void pagesForNoRouteTooLongBodiesAndFaultsOfHandlersPassTheFilters() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addFilter(ID)
                .limits(Limits.builder().bodyBytes(3).build())
                .addRoute("/fault", request -> {
                    throw new IllegalStateException("bug");
                })
                .addRoute("/reads", request -> {
                    request.body().readAll(100);
                    return ProxyResponse.of(200);
                })
                .build();
        TestClient client = TestClient.of(pipeline);

        assertMarked(client.get("/nowhere"), 404);
        assertMarked(client.get("/fault"), 500);
        assertMarked(client.send("POST", "/reads", Headers.empty(), new byte[4]), 413);
    }

    @Test
    void aFilterThatReadsABodyThatIsTooLongIsRefused() throws Exception {
        ProxyFilter reading = (request, next) -> {
            seen.add(request.body().readAll(100).length);
            return next.handle(request);
        };
        Pipeline pipeline = Pipeline.builder()
                .addFilter(reading)
                .limits(Limits.builder().bodyBytes(3).build())
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build();
        TestResponse response = TestClient.of(pipeline).send("POST", "/", Headers.empty(), new byte[4]);

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.record().outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
        assertThat(seen).isEmpty();
    }

    @Test
    void aPageForNoRequestPassesThePagesOfTheFiltersFromTheInnermostOn() {
        Pipeline pipeline = Pipeline.builder()
                .addFilter(paging("a"))
                .addFilter(paging("b").at(Stage.INNERMOST))
                .build();
        Exchange exchange = pipeline.begin(new Client(NOBODY, NOBODY, null), Set.of(), (status, headers) -> false);
        ProxyResponse page = pipeline.refuse(exchange, ProxyException.refused(Outcome.BAD_REQUEST, "unreadable"));

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.headers().all("X-Page")).containsExactly("b", "a");
    }

    @Test
    void aFilterThatFailsWithSuchAPageIsAFault() {
        ProxyFilter failing = new ProxyFilter() {
            @Override
            public ProxyResponse filter(ProxyRequest request, ProxyHandler next) {
                throw new AssertionError("not called");
            }

            @Override
            public ProxyResponse page(Exchange exchange, ProxyResponse page) {
                throw new IllegalStateException("bug");
            }
        };
        Pipeline pipeline =
                Pipeline.builder().addFilter(paging("a")).addFilter(failing).build();
        Exchange exchange = pipeline.begin(new Client(NOBODY, NOBODY, null), Set.of(), (status, headers) -> false);
        ProxyResponse page = pipeline.refuse(exchange, ProxyException.refused(Outcome.BAD_REQUEST, "unreadable"));

        assertThat(page.status()).isEqualTo(500);
        assertThat(exchange.record().failure()).hasMessageContaining("bug");
    }

    private static ProxyFilter paging(String mark) {
        return new ProxyFilter() {
            @Override
            public ProxyResponse filter(ProxyRequest request, ProxyHandler next) {
                throw new AssertionError("not called");
            }

            @Override
            public ProxyResponse page(Exchange exchange, ProxyResponse page) {
                return page.toBuilder().addHeader("X-Page", mark).build();
            }
        };
    }

    @Test
    void thePageOfATimeoutPassesTheFiltersOnce() throws Exception {
        SimulatedTime time = new SimulatedTime();
        origin.hang();
        ProxyHandler late = request -> {
            time.await(new Signal(), time.deadline(Duration.ofSeconds(10)));
            return ProxyResponse.of(200, "too late");
        };
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(3)).build())
                .addFilter(ID)
                .addRoute("/late", late)
                .addRoute("/**", ReverseProxy.to(origin))
                .build();

        for (String path : List.of("/hangs", "/late")) {
            TestResponse response = time.run(() -> TestClient.of(pipeline).get(path));
            assertMarked(response, 504);
            assertThat(response.record().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        }
    }

    @Test
    void theErrorHandlerGetsTheRequestIfThereIsOne() throws Exception {
        refuses();
        Pipeline pipeline = Pipeline.builder()
                .onError((request, why) -> {
                    seen.add(request == null ? "none" : request.target().path());
                    return null;
                })
                .addRoute("/**", ReverseProxy.to(origin))
                .build();
        TestClient.of(pipeline).get("/x");
        TestClient.of(pipeline).get("/a b");

        assertThat(seen).containsExactly("/x", "none");
    }

    @Test
    void theHandlerOfAReverseProxyGetsTheRequestAndItsPageIsAResponseToTheRoutesFilters() throws Exception {
        refuses();
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .onError((request, why) ->
                        ProxyResponse.of(503, "no " + request.target().path()))
                .build();
        Pipeline pipeline = Pipeline.builder()
                .addRoute(Route.path("/**").addFilter(ID).addFilter(noting).to(proxy))
                .build();
        TestResponse response = TestClient.of(pipeline).get("/x");

        assertMarked(response, 503);
        assertThat(response.text()).isEqualTo("no /x");
        assertThat(seen).containsExactly(503);
        assertThat(response.record().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
    }

    @Test
    void theHookForResponsesSeesAllThatGoesToAClient() throws Exception {
        refuses();
        Pipeline pipeline = Pipeline.builder()
                .limits(Limits.builder().exchanges(1).build())
                .onResponse((exchange, response) ->
                        response.toBuilder().addHeader("X-First", "1").build())
                .onResponse((exchange, response) -> {
                    seen.add(response.status() + " " + (exchange.record().request() == null) + " "
                            + exchange.record().failure());
                    return response.toBuilder().addHeader("X-Second", "2").build();
                })
                .addRoute("/ok", request -> ProxyResponse.of(200))
                .addRoute("/down", ReverseProxy.to(origin))
                .build();
        TestClient client = TestClient.of(pipeline);
        List<TestResponse> responses = new ArrayList<>(
                List.of(client.get("/ok"), client.get("/down"), client.get("/nowhere"), client.get("/a b")));
        Exchange open = pipeline.begin(nobody(), Set.of(), (status, headers) -> false);
        responses.add(client.get("/ok"));
        open.end(Outcome.COMPLETED);

        assertThat(responses).extracting(TestResponse::status).containsExactly(200, 502, 404, 400, 503);
        assertThat(responses).allSatisfy(response -> {
            assertThat(response.headers().all("X-First")).containsExactly("1");
            assertThat(response.headers().all("X-Second")).containsExactly("2");
        });
        assertThat(seen).hasSize(5).element(0).isEqualTo("200 false null");
        assertThat(seen.get(3).toString()).startsWith("400 true ");
    }

    private static Client nobody() {
        return new Client(new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("127.0.0.1", 2), null);
    }

    @Test
    void aFailingResponseHookCostsOnlyThePage() throws Exception {
        for (ClientResponseHook broken : List.<ClientResponseHook>of(
                (exchange, response) -> {
                    throw new IllegalStateException("bug");
                },
                (exchange, response) -> null)) {
            Pipeline pipeline = Pipeline.builder()
                    .onResponse(broken)
                    .addRoute("/**", request -> ProxyResponse.of(200))
                    .build();
            TestResponse response = TestClient.of(pipeline).get("/");

            assertThat(response.text()).isEqualTo("500 Internal Server Error\n");
            assertThat(response.record().outcome()).isEqualTo(Outcome.FAILED);
        }
        assertThatThrownBy(() -> Pipeline.builder().onResponse(null)).hasMessage("onResponse");
    }

    @Test
    void aFilterThatMakesAPageOfAFailureDoesNotHideItFromTheRecord() throws Exception {
        refuses();
        ProxyFilter page = (request, next) -> {
            try {
                return next.handle(request);
            } catch (ProxyException why) {
                return ProxyResponse.of(503, "closed for today");
            }
        };
        ProxyFilter other = (request, next) -> next.handle(request).status() == 502
                ? ProxyResponse.of(503, "closed for today")
                : ProxyResponse.of(500);
        ReverseProxy proxy = ReverseProxy.to(origin);
        for (Pipeline pipeline : List.of(
                Pipeline.builder()
                        .addRoute(Route.path("/**")
                                .addFilter(ID)
                                .addFilter(page)
                                .addFilter(ID)
                                .to(proxy))
                        .build(),
                Pipeline.builder()
                        .addFilter(ID)
                        .addFilter(other)
                        .addRoute("/**", proxy)
                        .build())) {
            TestResponse response = TestClient.of(pipeline).get("/");

            assertMarked(response, 503);
            assertThat(response.text()).isEqualTo("closed for today");
            assertThat(response.record().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
        }
    }

    @Test
    void aPageOfAReverseProxyKeepsItsFailureWhateverItsStatus() throws Exception {
        refuses();
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .onError((request, why) -> ProxyResponse.of(200, "closed for today"))
                .build();
        TestResponse response = TestClient.of(Pipeline.builder()
                        .addFilter(ID)
                        .addRoute(Route.path("/**").addFilter(ID).to(proxy))
                        .build())
                .get("/");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.record().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
    }

    @Test
    void aHandledFailureIsNotAFailureOfTheExchange() throws Exception {
        FakeUpstream spare = FakeUpstream.named("spare");
        ProxyHandler backup = ReverseProxy.to(spare);
        ProxyFilter toBackup = mending((request, next) -> backup.handle(request));
        ProxyFilter again = mending((request, next) -> next.handle(request));
        ProxyFilter stale = mending((request, next) -> ProxyResponse.of(200, "stale"));
        for (ProxyFilter filter : List.of(toBackup, again, stale)) {
            refuses();
            Pipeline pipeline = Pipeline.builder()
                    .addRoute(Route.path("/**").addFilter(filter).to(ReverseProxy.to(origin)))
                    .build();
            TestResponse response = TestClient.of(pipeline).get("/");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.record().outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(response.record().attempts().get(0).outcome()).isEqualTo(Outcome.CONNECT_FAILED);
        }
        ProxyFilter server = (request, next) ->
                next.handle(request).status() == 502 ? ProxyResponse.of(200, "stale") : ProxyResponse.of(500);
        refuses();
        TestResponse response = TestClient.of(Pipeline.builder()
                        .addFilter(server)
                        .addRoute("/**", ReverseProxy.to(origin))
                        .build())
                .get("/");
        assertThat(response.text()).isEqualTo("stale");
        assertThat(response.record().outcome()).isEqualTo(Outcome.COMPLETED);
    }

    /** Calls the handler once, and does something else after a failure. */
    private ProxyFilter mending(ProxyFilter instead) {
        return (request, next) -> {
            try {
                return next.handle(request);
            } catch (IOException failure) {
                origin.answer(200, "again");
                return instead.filter(request, next);
            }
        };
    }
}
