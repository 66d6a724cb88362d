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
import java.io.IOException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OkHttp agrees on HTTP/2 with a reverse proxy, in front of an origin that speaks HTTP/1.1. */
@Timeout(60)
class OkHttpHttp2Test {
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
    private final OkHttpClient client = client();

    private OkHttpClient client() {
        OkHttpClient made = new OkHttpClient.Builder()
                .sslSocketFactory(authority.client().context().getSocketFactory(), trust())
                .build();
        made.dispatcher().setMaxRequestsPerHost(AT_ONCE);
        return made;
    }

    /** This client wants the trust manager beside the context. */
    private X509TrustManager trust() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("proxy", authority.certificate());
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (Exception fault) {
            throw new IllegalStateException(fault);
        }
    }

    @AfterEach
    void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
        proxy.close();
        origin.close();
    }

    private Request.Builder to(String path) {
        return new Request.Builder().url("https://localhost:" + proxy.address().getPort() + path);
    }

    private static String read(Response response) throws IOException {
        try (response) {
            assertThat(response.protocol()).isEqualTo(Protocol.HTTP_2);
            return response.code() + " " + response.body().string();
        }
    }

    @Test
    void aBodyGoesUpAndAnAnswerDown() throws Exception {
        String tea = "tea ".repeat(250_000);
        origin.on(RequestMatch.of("POST /orders").body(tea)).answers(201, "order 1");
        Request request = to("/orders").post(RequestBody.create(tea.getBytes())).build();
        assertThat(read(client.newCall(request).execute())).isEqualTo("201 order 1");
    }

    @Test
    void manyAreServedAtOnce() throws Exception {
        List<CompletableFuture<Response>> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            CompletableFuture<Response> answer = new CompletableFuture<>();
            all.add(answer);
            client.newCall(to("/together").build()).enqueue(new Callback() {
                @Override
                public void onFailure(Call call, IOException failure) {
                    answer.completeExceptionally(failure);
                }

                @Override
                public void onResponse(Call call, Response response) {
                    answer.complete(response);
                }
            });
        }
        for (CompletableFuture<Response> each : all) {
            assertThat(read(each.get(30, TimeUnit.SECONDS))).isEqualTo("200 together");
        }
        assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
    }
}
