package dev.sluice.clients;

import java.net.URI;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import java.security.KeyStore;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

class OkHttpTest extends RealClientContract {
    private final OkHttpClient client = new OkHttpClient.Builder()
            .sslSocketFactory(gateway.clientTls().getSocketFactory(), trust())
            .build();

    @Override
    String get(URI uri) throws Exception {
        return send(new Request.Builder().url(uri.toString()));
    }

    @Override
    String post(URI uri, String body) throws Exception {
        return send(new Request.Builder()
                .url(uri.toString())
                .header("X-Tenant", "7")
                .post(RequestBody.create(body.getBytes())));
    }

    private String send(Request.Builder request) throws Exception {
        try (Response response = client.newCall(request.build()).execute()) {
            return response.code() + " " + response.body().string();
        }
    }

    /** This client wants the trust manager beside the context. */
    private X509TrustManager trust() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("gateway", gateway.authority().certificate());
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            TrustManager manager = factory.getTrustManagers()[0];
            return (X509TrustManager) manager;
        } catch (Exception fault) {
            throw new IllegalStateException(fault);
        }
    }
}
