package dev.sluice.clients;

import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequest;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;

class ApacheClientTest extends RealClientContract {
    private final CloseableHttpClient client = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setTlsSocketStrategy(new DefaultClientTlsStrategy(gateway.clientTls()))
                    .build())
            .build();

    @AfterEach
    void closeClient() throws Exception {
        client.close();
    }

    @Override
    String get(URI uri) throws Exception {
        return send(new HttpGet(uri));
    }

    @Override
    String post(URI uri, String body) throws Exception {
        HttpPost request = new HttpPost(uri);
        request.setHeader("X-Tenant", "7");
        request.setEntity(new StringEntity(body));
        return send(request);
    }

    private String send(HttpUriRequest request) throws Exception {
        return client.execute(
                request, response -> response.getCode() + " " + EntityUtils.toString(response.getEntity()));
    }

    /** It takes the end of the connection for the end of the head. */
    @Override
    boolean notices(String fault) {
        return !fault.equals("CLOSE after 30 bytes of the head");
    }
}
