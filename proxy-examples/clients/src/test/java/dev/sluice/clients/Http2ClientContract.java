package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.RequestMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client does over HTTP/2 with a reverse proxy, in front of an origin that speaks HTTP/1.1. */
@Timeout(60)
abstract class Http2ClientContract {
    static final int AT_ONCE = 50;

    final TestAuthority authority = TestAuthority.create();
    private final CountDownLatch allAreHere = new CountDownLatch(AT_ONCE);
    private final FakeGateway origin = FakeGateway.start();
    private final ProxyServer proxy = ProxyServer.builder()
            .tls(authority.server("localhost"))
            .limits(Limits.builder().clientShare(1).build())
            .addRoute(Route.path("/together").to(request -> {
                allAreHere.countDown();
                allAreHere.await();
                return ProxyResponse.of(200, "together");
            }))
            .addRoute(Route.path("/**").to(ReverseProxy.to(origin.uri("/").toString())))
            .build()
            .start();

    /** Ends the client. */
    abstract void closeClient() throws Exception;

    /** Posts a text; returns the status and the body of the answer, which must have come over HTTP/2. */
    abstract String post(String url, String text) throws Exception;

    /** Begins to get a page; gives the same of its answer. */
    abstract CompletableFuture<String> get(String url);

    @AfterEach
    void close() throws Exception {
        closeClient();
        proxy.close();
        origin.close();
    }

    private String to(String path) {
        return "https://localhost:" + proxy.address().getPort() + path;
    }

    @Test
    void aBodyGoesUpAndAnAnswerDown() throws Exception {
        String tea = "tea ".repeat(250_000);
        origin.on(RequestMatch.of("POST /orders").body(tea)).answers(201, "order 1");
        assertThat(post(to("/orders"), tea)).isEqualTo("201 order 1");
    }

    @Test
    void manyAreServedAtOnce() throws Exception {
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            all.add(get(to("/together")));
        }
        for (CompletableFuture<String> each : all) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo("200 together");
        }
    }
}
