package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How many exchanges one client may have at once. The limit is 8, so the share is 2. */
class ClientSharesOfExchangesTest {
    private static final Limits EIGHT = Limits.builder().exchanges(8).build();

    private static Pipeline.Builder builder() {
        return Pipeline.builder().limits(EIGHT);
    }

    private static Pipeline plain() {
        return builder().addRoute("/**", request -> ProxyResponse.of(200)).build();
    }

    /** Begins an exchange that stays open. */
    private static ProxyResponse ask(Pipeline pipeline, String peer, String forwardedFor) {
        return serve(pipeline, begin(pipeline, peer), forwardedFor);
    }

    private static Exchange begin(Pipeline pipeline, String peer) {
        InetSocketAddress local = new InetSocketAddress("127.0.0.1", 80);
        Client client = new Client(new InetSocketAddress(peer, 40_000), local, null);
        return pipeline.begin(client, Set.of(), (status, headers) -> false);
    }

    private static ProxyResponse serve(Pipeline pipeline, Exchange exchange, String forwardedFor) {
        ProxyRequest.Builder request = ProxyRequest.builder(exchange, "GET", RequestTarget.of("http", null, "/"));
        if (!forwardedFor.isEmpty()) {
            request.headers(Headers.of("X-Forwarded-For", forwardedFor));
        }
        return pipeline.serve(request.build());
    }

    private static void assertFull(Pipeline pipeline, String peer, String forwardedFor) {
        try (ProxyResponse response = ask(pipeline, peer, forwardedFor)) {
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.headers().has("Retry-After")).isTrue();
        }
    }

    private static void assertRoom(Pipeline pipeline, String peer, String forwardedFor) {
        assertThat(ask(pipeline, peer, forwardedFor).status()).isEqualTo(200);
    }

    @Test
    void oneAddressMayHaveHalfOfTheExchanges() {
        Pipeline pipeline = plain();
        for (int i = 0; i < 5; i++) {
            assertRoom(pipeline, "192.0.2.1", "");
        }
        assertFull(pipeline, "192.0.2.1", "");
        assertRoom(pipeline, "192.0.2.2", "");
    }

    @Test
    void endedExchangesDoNotCount() {
        Pipeline pipeline = plain();
        List<Exchange> open = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            open.add(begin(pipeline, "192.0.2.1"));
            serve(pipeline, open.get(i), "");
        }
        open.forEach(exchange -> exchange.end(Outcome.COMPLETED));
        for (int i = 0; i < 5; i++) {
            assertRoom(pipeline, "192.0.2.1", "");
        }
    }

    /** A filter outside of the limit that tries again, or puts the request into a scope of its own. */
    private static Pipeline filtered(ProxyFilter filter) {
        return builder()
                .addFilter(filter.at(Stage.EVERY_RESPONSE))
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build();
    }

    @Test
    void anExchangeThatAFilterServesTwiceCountsOnce() {
        Pipeline pipeline = filtered((request, next) -> {
            next.handle(request).close();
            return next.handle(request);
        });
        for (int i = 0; i < 20; i++) {
            Exchange exchange = begin(pipeline, "192.0.2.1");
            assertThat(serve(pipeline, exchange, "").status()).isEqualTo(200);
            exchange.end(Outcome.COMPLETED);
        }
        for (int i = 0; i < 5; i++) {
            assertRoom(pipeline, "192.0.2.9", "");
        }
        assertRoom(pipeline, "192.0.2.1", "");
    }

    @Test
    void aScopeWithinTheExchangeCountsForItsClient() {
        Pipeline pipeline = filtered((request, next) ->
                next.handle(request.in(request.exchange().child("own", TimeSource.NEVER, Outcome.ABANDONED))));
        for (int i = 0; i < 5; i++) {
            assertRoom(pipeline, "192.0.2.1", "");
        }
        assertFull(pipeline, "192.0.2.1", "");
    }

    @Test
    void aRefusalNamesTheLimitInTheRecord() {
        Pipeline pipeline = plain();
        for (int i = 0; i < 5; i++) {
            ask(pipeline, "192.0.2.1", "");
        }
        Exchange refused = begin(pipeline, "192.0.2.1");
        serve(pipeline, refused, "");

        assertThat(refused.record().failure().outcome()).isEqualTo(Outcome.OVERLOADED);
        assertThat(refused.record().failure())
                .hasMessageContaining("192.0.2.1 has its share of 2 of limit exchanges (8)");
    }

    @Test
    void exchangesOfATrustedPeerCountForTheClientThatItNames() {
        for (Pipeline pipeline : trusting()) {
            for (int i = 0; i < 5; i++) {
                assertRoom(pipeline, "10.0.0.1", "192.0.2.1");
            }
            assertFull(pipeline, "10.0.0.2", "192.0.2.1");
            assertRoom(pipeline, "10.0.0.1", "192.0.2.2");
            // The trusted peer itself is the client, as with a health check.
            assertRoom(pipeline, "10.0.0.1", "");
        }
    }

    private static List<Pipeline> trusting() {
        ReverseProxy proxy = ReverseProxy.builder(FakeUpstream.named("a"))
                .forwarding(Forwarding.builder().trust("10.0.0.0/8").build())
                .build();
        Pipeline later = plain();
        later.routes(Routes.of(Route.any().to(proxy)));
        return List.of(
                builder()
                        .trust("10.0.0.0/8")
                        .addRoute("/**", request -> ProxyResponse.of(200))
                        .build(),
                builder().addRoute("/**", proxy).build(),
                builder().addRoute("/**", Routes.of(Route.any().to(proxy))).build(),
                later);
    }

    @Test
    void untrustedPeersCannotNameTheirClients() {
        Pipeline pipeline = builder()
                .addRoute("/**", ReverseProxy.to(FakeUpstream.named("a")))
                .build();
        for (int i = 0; i < 5; i++) {
            assertRoom(pipeline, "192.0.2.1", "198.51.100." + i);
        }
        assertFull(pipeline, "192.0.2.1", "198.51.100.9");
    }

    @Test
    void anOpenTunnelDoesNotCount() {
        Tunnel tunnel = mock(Tunnel.class);
        Pipeline pipeline = builder()
                .addRoute(
                        "/**",
                        request -> ProxyResponse.builder(200).tunnel(tunnel).build())
                .build();
        for (int i = 0; i < 20; i++) {
            assertRoom(pipeline, "192.0.2.1", "");
        }
    }
}
