package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** OkHttp, which agrees on HTTP/2. */
class OkHttpHttp2Test extends Http2ClientContract {
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

    @Override
    void closeClient() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private static String read(Response response) throws IOException {
        try (response) {
            assertThat(response.protocol()).isEqualTo(Protocol.HTTP_2);
            return response.code() + " " + response.body().string();
        }
    }

    @Override
    String post(String url, String text) throws IOException {
        Request request = new Request.Builder()
                .url(url)
                .post(RequestBody.create(text.getBytes()))
                .build();
        return read(client.newCall(request).execute());
    }

    @Override
    CompletableFuture<String> get(String url) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        client.newCall(new Request.Builder().url(url).build()).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onResponse(Call call, Response response) {
                try {
                    answer.complete(read(response));
                } catch (IOException | AssertionError failure) {
                    answer.completeExceptionally(failure);
                }
            }
        });
        return answer;
    }

    @Test
    @Override
    void manyAreServedAtOnce() throws Exception {
        super.manyAreServedAtOnce();
        assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
    }
}
