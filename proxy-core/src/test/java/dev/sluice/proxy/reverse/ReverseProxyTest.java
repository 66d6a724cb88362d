package dev.sluice.proxy.reverse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.FakeUpstream.ReceivedRequest;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReverseProxyTest {
    private final FakeUpstream origin = FakeUpstream.named("origin");

    private ReceivedRequest received() {
        List<ReceivedRequest> all = origin.requests();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void aRequestReachesTheOriginWithItsTargetBodyAndFields() throws Exception {
        TestResponse response = TestClient.of(ReverseProxy.to(origin))
                .send("PUT", "/a%2Fb?x=%20", Headers.of("X-Own", "1", "x-own", "2"), "hello".getBytes(UTF_8));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("origin");
        assertThat(received().method()).isEqualTo("PUT");
        assertThat(received().target()).hasToString("/a%2Fb?x=%20");
        assertThat(received().headers().all("X-Own")).containsExactly("1", "2");
        assertThat(received().body()).asString(UTF_8).isEqualTo("hello");
    }

    @Test
    void theHostIsTheUpstreamsAndTheClientsIsForwarded() throws Exception {
        TestClient.of(ReverseProxy.to(origin)).get("/");

        assertThat(received().target().authority()).isEqualTo(Authority.parse("origin.test:80"));
        assertThat(received().headers().first("X-Forwarded-Host")).contains("test.example");
        assertThat(received().headers().first("X-Forwarded-Proto")).contains("http");
        assertThat(received().headers().first("X-Forwarded-For")).contains("127.0.0.1");
    }

    @Test
    void theHostIsTheClientsWhenItIsPreserved() throws Exception {
        TestClient.of(ReverseProxy.builder(origin).preserveHost(true).build()).get("/");

        assertThat(received().target().authority()).isEqualTo(Authority.parse("test.example"));
    }

    @Test
    void preservingTheHostFailsAtOnceWhereItCannotBeSent() {
        ReverseProxy.Builder builder =
                ReverseProxy.builder(origin.capable(Capability.TRAILERS)).preserveHost(true);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-Djdk.httpclient.allowRestrictedHeaders=host");
    }

    @Test
    void anAbsoluteTargetBecomesOriginForm() throws Exception {
        TestClient.of(ReverseProxy.to(origin)).get("http://other.test/x?y");

        assertThat(received().target().form()).isEqualTo(RequestTarget.Form.ORIGIN);
        assertThat(received().target()).hasToString("/x?y");
        assertThat(received().headers().first("X-Forwarded-Host")).contains("other.test");
    }

    @Test
    void aPathCannotLeaveTheBasePathOfTheUpstream() throws Exception {
        Upstream based = new Upstream() {
            @Override
            public String id() {
                return "based";
            }

            @Override
            public String basePath() {
                return "/app";
            }

            @Override
            public ProxyResponse send(ProxyRequest request) {
                return ProxyResponse.of(200, request.target().toString());
            }
        };
        TestClient client = TestClient.of(ReverseProxy.to(based));

        assertThat(client.get("/x?y").text()).isEqualTo("/app/x?y");
        assertThat(client.get("/a/../../x").text()).isEqualTo("/app/x");
        assertThatThrownBy(() -> client.get("/%2e%2e/x"))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.status()).isEqualTo(400));
    }

    @Test
    void aClientCannotDeleteOurFieldsByNominatingThem() throws Exception {
        TestClient.of(ReverseProxy.to(origin))
                .send(
                        "GET",
                        "/",
                        Headers.of("Connection", "X-Forwarded-For, X-Own", "X-Own", "1", "X-Forwarded-For", "6.6.6.6"),
                        new byte[0]);

        assertThat(received().headers().has("X-Own")).isFalse();
        assertThat(received().headers().has("Connection")).isFalse();
        assertThat(received().headers().first("X-Forwarded-For")).contains("127.0.0.1");
    }

    @Test
    void theProxyAddsItsViaEntryAndRefusesALoop() throws Exception {
        ReverseProxy proxy = ReverseProxy.builder(origin).via(Via.of("edge-1")).build();
        TestResponse response = TestClient.of(proxy).get("/");
        assertThat(received().headers().first("Via")).contains("1.1 edge-1");
        assertThat(response.headers().first("Via")).contains("1.1 edge-1");

        assertThatThrownBy(() -> TestClient.of(proxy).send("GET", "/", Headers.of("Via", "1.1 edge-1"), new byte[0]))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.outcome()).isEqualTo(Outcome.LOOP);
                    assertThat(why.status()).isEqualTo(508);
                });
    }

    @Test
    void twoProxiesInOneProcessAreNoLoop() throws Exception {
        ReverseProxy inner = ReverseProxy.to(origin);
        ReverseProxy outer = ReverseProxy.to(Upstream.of("inner", inner));

        assertThat(TestClient.of(outer).get("/").status()).isEqualTo(200);
        assertThat(received().headers().list("Via")).hasSize(2);
    }

    @Test
    void theOriginIsHiddenInRedirectsAndCookies() throws Exception {
        origin.answer(request -> ProxyResponse.builder(302)
                .addHeader("Location", "http://origin.test/login?x")
                .addHeader("Set-Cookie", "a=b; Domain=origin.test; Path=/")
                .addHeader("Set-Cookie", "c=d")
                .addHeader("Server", "secret/1.0")
                .build());
        TestResponse response = TestClient.of(ReverseProxy.to(origin)).get("/");

        assertThat(response.headers().first("Location")).contains("http://test.example/login?x");
        assertThat(response.headers().all("Set-Cookie")).hasSize(2).noneMatch(cookie -> cookie.contains("origin"));
        assertThat(response.headers().has("Server")).isFalse();
    }

    @Test
    void redirectsNameTheSchemeOfTheTrustedProxyInFront() throws Exception {
        origin.answer(request -> ProxyResponse.builder(302)
                .addHeader("Location", "http://origin.test/login")
                .addHeader("Set-Cookie", "a=b")
                .build());
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .forwarding(Forwarding.builder().trust("127.0.0.0/8").build())
                .build();
        Headers behindTls = Headers.of("X-Forwarded-Proto", "https");

        assertThat(TestClient.of(proxy).send("GET", "/", behindTls, new byte[0]).headers())
                .satisfies(headers -> {
                    assertThat(headers.first("Location")).contains("https://test.example/login");
                    assertThat(headers.first("Set-Cookie")).contains("a=b; Secure");
                });
        assertThat(TestClient.of(ReverseProxy.to(origin))
                        .send("GET", "/", behindTls, new byte[0])
                        .headers()
                        .first("Location"))
                .contains("http://test.example/login");
    }

    @Test
    void prefixesOfRouteAndUpstreamAreMappedBothWays() throws Exception {
        origin.answer(request -> ProxyResponse.builder(302)
                .addHeader("Location", "http://origin.test:80/v2/done")
                .build());
        Routes routes = Routes.of(
                Route.path("/shop/**").stripPrefix("/shop").addPrefix("/v2").to(ReverseProxy.to(origin)));
        TestResponse response = TestClient.of(routes).get("/shop/cart?x");

        assertThat(received().target()).hasToString("/v2/cart?x");
        assertThat(received().headers().first("X-Forwarded-Prefix")).contains("/shop");
        assertThat(response.headers().first("Location")).contains("http://test.example/shop/done");
    }

    @Test
    void rulesCanBeSwitchedOff() throws Exception {
        origin.answer(request ->
                ProxyResponse.builder(200).addHeader("Server", "shown").build());
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .via(Via.OFF)
                .forwarding(Forwarding.MASK)
                .originMask(OriginMask.OFF)
                .build();
        TestResponse response =
                TestClient.of(proxy).send("GET", "/", Headers.of("X-Forwarded-For", "1.2.3.4"), new byte[0]);

        assertThat(received().headers()).isEqualTo(Headers.empty());
        assertThat(response.headers().first("Server")).contains("shown");
        assertThat(response.headers().has("Via")).isFalse();
    }

    @Test
    void theRewriteHookSeesTheOutgoingRequestCleanAndMayChangeIt() throws Exception {
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .rewrite((incoming, outgoing) -> {
                    assertThat(outgoing.headers().has("X-Forwarded-For")).isTrue();
                    assertThat(outgoing.headers().has("Keep-Alive")).isFalse();
                    outgoing.target(outgoing.target()
                                    .withPath("/new" + incoming.target().path()))
                            .header("X-Api", "2")
                            .removeHeader("Cookie");
                })
                .build();
        TestClient.of(proxy).send("GET", "/x", Headers.of("Keep-Alive", "5", "Cookie", "a=b"), new byte[0]);

        assertThat(received().target()).hasToString("/new/x");
        assertThat(received().headers().first("X-Api")).contains("2");
        assertThat(received().headers().has("Cookie")).isFalse();
    }

    @Test
    void theResponseHookMayChangeTheResponse() throws Exception {
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .onResponse((incoming, response) -> response.toBuilder()
                        .status(203)
                        .header("X-Path", incoming.target().path())
                        .build())
                .onResponse((incoming, response) -> response.toBuilder()
                        .header("X-Second", "after " + response.status())
                        .build())
                .build();
        TestResponse response = TestClient.of(proxy).get("/x");

        assertThat(response.status()).isEqualTo(203);
        assertThat(response.headers().first("X-Path")).contains("/x");
        assertThat(response.headers().first("X-Second")).contains("after 203");
        assertThat(response.text()).isEqualTo("origin");
    }

    @Test
    void theErrorHookMayReplaceThePageAndTheRecordKeepsTheOutcome() throws Exception {
        origin.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .onError((request, why) ->
                        why.outcome() == Outcome.CONNECT_FAILED ? ProxyResponse.of(503, "back soon") : null)
                .build();
        TestResponse response = TestClient.of(proxy).get("/");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).isEqualTo("back soon");
        assertThat(response.record().outcome()).isEqualTo(Outcome.CONNECT_FAILED);

        origin.fail(Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN);
        assertThatThrownBy(() -> TestClient.of(proxy).get("/")).isInstanceOf(ProxyException.class);
    }

    @Test
    void aFaultInAHookIsNotBlamedOnTheUpstream() {
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .rewrite((incoming, outgoing) -> {
                    throw new IllegalStateException("bug");
                })
                .build();

        assertThatThrownBy(() -> TestClient.of(proxy).get("/"))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.FAILED));
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void aHookThatCannotMakeTheRequestIsNotBlamedOnTheUpstream() {
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .rewrite((incoming, outgoing) -> {
                    throw new java.io.IOException("no token to be had");
                })
                .build();

        assertThatThrownBy(() -> TestClient.of(proxy).get("/")).isInstanceOfSatisfying(ProxyException.class, why -> {
            assertThat(why.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(why.delivery()).isEqualTo(Delivery.NOT_SENT);
        });
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void bodiesThatHooksAndFiltersMakeFromTheRequestsAreClosed() throws Exception {
        List<String> closed = new java.util.ArrayList<>();
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .rewrite((incoming, outgoing) -> outgoing.body(noting(outgoing.body(), "attempt's", closed)))
                .build();
        TestClient.of(proxy.with((request, next) -> next.handle(request.toBuilder()
                        .body(noting(request.body(), "exchange's", closed))
                        .build())))
                .send("PUT", "/", Headers.empty(), "hello".getBytes(UTF_8));

        assertThat(received().body()).asString(UTF_8).isEqualTo("hello");
        assertThat(closed).containsExactly("attempt's", "exchange's");
    }

    private static Body noting(Body body, String name, List<String> closed) {
        return body.map(
                stream -> new java.io.FilterInputStream(stream) {
                    @Override
                    public void close() throws java.io.IOException {
                        closed.add(name);
                        super.close();
                    }
                },
                body.length());
    }

    @Test
    void aRequestWhoseUpstreamThrowsWithoutAnOutcomeMayHaveBeenSent() {
        origin.answer(request -> {
            throw new java.io.IOException("reset");
        });

        assertThatThrownBy(() -> TestClient.of(ReverseProxy.to(origin)).get("/"))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.outcome()).isEqualTo(Outcome.HEAD_FAILED);
                    assertThat(why.delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
                });
    }

    @Test
    void aBodyShorterThanItsLengthHasBrokenOff() throws Exception {
        origin.answer(request -> ProxyResponse.builder(200)
                .body(Body.of(new ByteArrayInputStream(new byte[3]), 5))
                .build());
        TestResponse response = TestClient.of(ReverseProxy.to(origin)).get("/");

        assertThat(response.body()).hasSize(3);
        assertThat(response.failure()).isNotNull();
        assertThat(response.failure().outcome()).isEqualTo(Outcome.BODY_FAILED);
        assertThat(response.record().outcome()).isEqualTo(Outcome.BODY_FAILED);
        assertThat(response.record().attempts().get(0).outcome()).isEqualTo(Outcome.BODY_FAILED);
    }

    @Test
    void anAttemptEndsWithItsBody() throws Exception {
        TestResponse response = TestClient.of(ReverseProxy.to(origin)).get("/");

        assertThat(response.record().attempts()).hasSize(1);
        assertThat(response.record().attempts().get(0).outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(response.record().attempts().get(0).status()).isEqualTo(200);
        assertThat(response.record().attempts().get(0).delivery()).isEqualTo(Delivery.ANSWERED);
    }

    @Test
    void aResponseThatAFilterDropsLeaksNothing() throws Exception {
        java.util.concurrent.atomic.AtomicBoolean closed = new java.util.concurrent.atomic.AtomicBoolean();
        origin.answer(request -> ProxyResponse.builder(200)
                .body(Body.of(
                        new ByteArrayInputStream(new byte[100]) {
                            @Override
                            public void close() {
                                closed.set(true);
                            }
                        },
                        100))
                .build());
        TestResponse response = TestClient.of(ReverseProxy.to(origin).with((request, next) -> {
                    next.handle(request);
                    return ProxyResponse.of(418, "mine");
                }))
                .get("/");

        assertThat(response.text()).isEqualTo("mine");
        assertThat(response.record().attempts().get(0).outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(closed).isTrue();
    }

    @Test
    void anUpgradeThatTheTransportCannotCarryIsRefusedByName() {
        Routes routes = Routes.of(
                Route.path("/**").allowUpgrade("websocket").to(ReverseProxy.to(origin.capable(Capability.TRAILERS))));

        assertThatThrownBy(() -> TestClient.of(routes).send("GET", "/", r -> r.upgrade("websocket")))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.status()).isEqualTo(501);
                    assertThat(why.publicDetail()).contains("websocket").contains("tunnels");
                });
    }

    @Test
    void anUpgradeThatNoRouteAllowsIsIgnored() throws Exception {
        TestResponse response = TestClient.of(Routes.of(Route.path("/**").to(ReverseProxy.to(origin))))
                .send("GET", "/", r -> r.upgrade("h2c"));

        assertThat(response.status()).isEqualTo(200);
    }

    @Test
    void connectIsForAForwardProxy() {
        assertThatThrownBy(() -> TestClient.of(ReverseProxy.to(origin)).send("CONNECT", "a.test:443", r -> r))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.status()).isEqualTo(501));
    }

    @Test
    void traceIsRefusedAndOptionsAreCounted() throws Exception {
        TestClient client = TestClient.of(ReverseProxy.to(origin));
        assertThat(client.send("TRACE", "/", r -> r).status()).isEqualTo(405);
        assertThat(client.send("OPTIONS", "/", Headers.of("Max-Forwards", "0"), new byte[0])
                        .headers()
                        .has("Allow"))
                .isTrue();
        assertThat(origin.requests()).isEmpty();
        client.send("OPTIONS", "*", Headers.of("Max-Forwards", "3"), new byte[0]);

        assertThat(received().target()).hasToString("*");
        assertThat(received().headers().first("Max-Forwards")).contains("2");
    }

    @Test
    void aNegativeReplayLimitIsRefused() {
        assertThatThrownBy(() -> ReverseProxy.builder(origin).replayLimit(-1)).hasMessageContaining("-1");
    }
}
