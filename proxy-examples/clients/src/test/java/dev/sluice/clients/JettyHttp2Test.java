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
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpContentResponse;
import org.eclipse.jetty.client.api.ContentResponse;
import org.eclipse.jetty.client.api.Result;
import org.eclipse.jetty.client.util.BufferingResponseListener;
import org.eclipse.jetty.client.util.StringRequestContent;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.http.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jetty's client over HTTP/2, through a reverse proxy in front of an origin that speaks HTTP/1.1. */
@Timeout(60)
class JettyHttp2Test {
    private static final int AT_ONCE = 50;

    private final CountDownLatch allAreHere = new CountDownLatch(AT_ONCE);
    private final TestAuthority authority = TestAuthority.create();
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
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setSslContext(authority.client().context());
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        client = new HttpClient(new HttpClientTransportOverHTTP2(new HTTP2Client(connector)));
        client.start();
    }

    @AfterEach
    void close() throws Exception {
        client.stop();
        proxy.close();
        origin.close();
    }

    private String to(String path) {
        return "https://localhost:" + proxy.address().getPort() + path;
    }

    private static String read(ContentResponse response) {
        assertThat(response.getVersion()).isEqualTo(HttpVersion.HTTP_2);
        return response.getStatus() + " " + response.getContentAsString();
    }

    @Test
    void aBodyGoesUpAndAnAnswerDown() throws Exception {
        String tea = "tea ".repeat(250_000);
        origin.on(RequestMatch.of("POST /orders").body(tea)).answers(201, "order 1");
        assertThat(read(client.POST(to("/orders"))
                        .body(new StringRequestContent("text/plain", tea))
                        .send()))
                .isEqualTo("201 order 1");
    }

    @Test
    void manyAreServedAtOnce() throws Exception {
        List<CompletableFuture<ContentResponse>> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            CompletableFuture<ContentResponse> answer = new CompletableFuture<>();
            all.add(answer);
            client.newRequest(to("/together")).send(new BufferingResponseListener() {
                @Override
                public void onComplete(Result result) {
                    if (result.isFailed()) {
                        answer.completeExceptionally(result.getFailure());
                    } else {
                        answer.complete(new HttpContentResponse(
                                result.getResponse(), getContent(), getMediaType(), getEncoding()));
                    }
                }
            });
        }
        for (CompletableFuture<ContentResponse> each : all) {
            assertThat(read(each.get(30, TimeUnit.SECONDS))).isEqualTo("200 together");
        }
    }
}
